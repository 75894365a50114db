import type { StartingPoint } from '../../../shared/contract/starting-point.ts';
import { estimatorOf } from '../../compute/train/estimators.ts';
import { type CutModel, weightedLayers } from '../../compute/train/fine-tune/cut-model.ts';
import { readCutModel } from '../../compute/train/fine-tune/fine-tune.ts';

export interface StartingPointParams {
  readonly path: string;
  /** Name and version, for people. */
  readonly name: string;
  readonly algorithm: 'finetune' | 'transfer';
}

/** Parameters that follow from the layers a person chooses. */
const CHOSEN_BY_LAYERS = ['tuneLayers', 'freeze'];

/** Reads a model for what of it can be trained on; MODEL_INVALID where it has no features to learn from. */
export async function startingPointTask({ path, name, algorithm }: StartingPointParams): Promise<StartingPoint> {
  const params = estimatorOf(algorithm).params.filter((param) => !CHOSEN_BY_LAYERS.includes(param.name));
  if (algorithm === 'finetune') {
    const model = await readCutModel({ path, name }, undefined);
    return { ...pointOf(model, name), algorithm, columns: [...model.inputs], params };
  }
  const { readBackbone } = await import('../../compute/images/backbone.ts');
  return { ...pointOf(await readBackbone({ path, name }, undefined), name), algorithm, columns: [], params };
}

function pointOf(model: CutModel, name: string): Pick<StartingPoint, 'model' | 'features' | 'layers'> {
  const sizes = new Map(
    model.graph.initializer.map((tensor) => [
      tensor.name,
      tensor.dims.reduce((product, size) => product * Number(size), 1),
    ]),
  );
  return {
    model: name,
    features: model.features,
    layers: weightedLayers(model).map(({ node, weights }) => ({
      name: node.name === '' ? (weights[0] ?? '') : node.name,
      operator: node.opType,
      freeze: node.name === '' ? weights : [node.name],
      weights: weights.reduce((sum, weight) => sum + (sizes.get(weight) ?? 0), 0),
    })),
  };
}
