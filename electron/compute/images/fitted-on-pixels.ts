import { IMAGE_OPSET } from '../onnx/image-opset.ts';
import type { Fitted, TrainingData } from '../train/estimator.ts';
import type { StartedGraph, trainStarted } from '../train/started-graph.ts';
import { parameterisedNodes } from '../train/trained-graph.ts';
import { imageModel } from './image-model.ts';
import { type PixelScale, pixelNodes } from './pixel-nodes.ts';

/** What came of training a network on pixels scaled so: one graph from raw images to answers, and what fits it again. */
export function fittedOnPixels(
  data: TrainingData,
  network: StartedGraph,
  scale: PixelScale,
  trained: Awaited<ReturnType<typeof trainStarted>>,
  params: Fitted['params'],
): Fitted {
  return {
    onnx: imageModel(data, IMAGE_OPSET, (graph, pixels) =>
      parameterisedNodes(graph, network, trained.parameters, [pixelNodes(graph, pixels, scale)]),
    ),
    rowsSeen: trained.rowsSeen,
    stoppedBecause: trained.stoppedBecause,
    provider: trained.provider,
    params,
    refit: { ...params, epochs: trained.epoch },
  };
}
