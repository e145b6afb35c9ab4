/** The last net: a bug in the page becomes one sentence and a way on, not a white window. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { BrokenScreen } from './ErrorScreen.tsx';

type Props = { readonly children: ReactNode };
type State = { readonly message: string | null };

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { message: null };

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error('The page failed.', error, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.message === null ? this.props.children : <BrokenScreen detail={this.state.message} />;
  }
}
