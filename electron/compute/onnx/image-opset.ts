/** Opset of graphs that take images: from 18 on Resize keeps edges smooth when it shrinks. */
export const IMAGE_OPSET = 18;
