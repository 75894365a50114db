import { messages } from '../../lib/messages/messages.ts';

/** Words that the charts themselves say, from the catalogue. */
export const chartMessages = messages.charts;
