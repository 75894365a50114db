import { messages } from '../../lib/messages/messages.ts';

/** Every text of this feature, from the catalogue. */
export const trainingMessages = messages.training;
