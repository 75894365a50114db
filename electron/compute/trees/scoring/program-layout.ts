/** Sizes that kernel/kernel.ts is compiled with. */
export const BLOCK_ROWS = 256;
export const SPAN_BYTES = 128;
export const COLUMN_BYTES = 24;
export const TREE_BYTES = 32;
export const NODE_BYTES = 16;
export const QUAD_BYTES = 32;
export const HEADER_BYTES = 32;
/** Place of a variant of a column that is not wanted. */
export const NOT_WANTED = 0xffffffff;
export const COLUMN_KIND = { rank: 0, code: 1, set: 2 } as const;
export const TREE_KIND = { whole: 0, walk: 1 } as const;
