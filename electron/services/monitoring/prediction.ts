/** Name under which the model's score stands among the columns. */
export const PREDICTION = 'prediction';
