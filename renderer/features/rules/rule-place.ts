/** Where rules and their editor are. */

export const listPath = '/rules';
export const newPath = '/rules?rule=new';
export const editorPath = (id: string): string => `/rules?rule=${encodeURIComponent(id)}`;
export const copyPath = (id: string): string => `/rules?copy=${encodeURIComponent(id)}`;
