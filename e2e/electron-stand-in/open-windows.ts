/** The windows that are open, in the order they were opened. Apart, so that app and windows need not import each other. */

type OpenWindow = { close(): void };

export const windows = new Set<OpenWindow>();
