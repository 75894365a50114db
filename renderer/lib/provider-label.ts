import type { Provider } from '../../shared/contract/providers.ts';
import { messages } from './messages/messages.ts';

/** What an execution provider is called by people. */
export const providerLabel = (provider: Provider): string => messages.frame.providers[provider];
