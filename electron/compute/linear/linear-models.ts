import { elasticNet, lasso } from './lasso.ts';
import { leastSquares, ridge } from './least-squares.ts';
import { logistic } from './logistic.ts';
import { multinomial } from './multinomial.ts';
import { gamma, poisson } from './poisson.ts';
import { quantile } from './quantile.ts';

/** Every exact linear model by its name. Each takes rows and parameters, and minimises what its own comment states. */
export const LINEAR_MODELS = {
  leastSquares,
  ridge,
  lasso,
  elasticNet,
  logistic,
  multinomial,
  poisson,
  gamma,
  quantile,
} as const;
export type LinearModelName = keyof typeof LINEAR_MODELS;
