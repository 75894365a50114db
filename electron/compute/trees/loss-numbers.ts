/** Losses by the number an order names them with. */
export const LOSS = { logistic: 0, squared: 1, softmax: 2, poisson: 3, quantile: 4, huber: 5 } as const;
