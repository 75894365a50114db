const WORDS: Readonly<Record<string, string>> = {
  rocAuc: 'ROC AUC',
  rocAuc_macro: 'ROC AUC, macro',
  rocAuc_micro: 'ROC AUC, micro',
  averagePrecision_macro: 'Average precision, macro',
  f1_micro: 'F1, micro',
  precision_micro: 'Precision, micro',
  recall_micro: 'Recall, micro',
  hammingLoss: 'Hamming loss',
  subsetAccuracy: 'Subset accuracy',
  averagePrecision: 'Average precision',
  logLoss: 'Log loss',
  brierScore: 'Brier score',
  brier: 'Brier score',
  matthews: 'Matthews correlation',
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  f1: 'F1',
  f1Macro: 'F1, macro',
  precision: 'Precision',
  recall: 'Recall',
  rmse: 'RMSE',
  rootMeanSquaredError: 'RMSE',
  mae: 'MAE',
  meanAbsoluteError: 'MAE',
  r2: 'R\u00b2',
  matthewsCorrelation: 'Matthews correlation',
  selectionRate: 'Share predicted positive',
  truePositiveRate: 'True positive rate',
  falsePositiveRate: 'False positive rate',
  prAuc: 'PR AUC',
  expectedCalibrationError: 'Calibration error',
};

/** A metric's name in words: the known ones by their usual name, others from camelCase. */
export function metricWords(name: string): string {
  const known = WORDS[name];
  if (known !== undefined) return known;
  const words = name
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
