/**
 * Byte layout of the first page of a training's memory: three counters, then the arguments of the order under way, then
 * the results of each member of the crew. A crew works in lock step: the leader writes an order, everyone does their
 * share, the leader goes on when all are done.
 */
export const GENERATION_INDEX = 0;
export const DONE_INDEX = 1;
export const STOP_INDEX = 2;
export const ORDER_OFFSET = 64;
export const ORDER_LENGTH = 32;
/** Doubles of each member's result. */
export const RESULT_OFFSET = 1024;
export const RESULT_LENGTH = 16;
/** Turns of looking before a thread goes to sleep: orders follow each other within microseconds. */
export const SPINS = 2000;
