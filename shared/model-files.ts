/** Whether the beginning of a file is that of a TensorFlow.js layers model (a model.json). */
export const isLayersFile = (text: string): boolean => /^\s*\{/.test(text) && /"modelTopology"\s*:/.test(text);
