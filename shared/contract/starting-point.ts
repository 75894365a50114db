import { z } from 'zod';
import { ParamInfo } from './param-info.ts';

/** A layer with weights of a model that a training may start from. */
export const StartingLayer = z.object({
  /** Of its node; where that has none, of its first weight. */
  name: z.string(),
  operator: z.string(),
  /** What the parameter `freeze` calls it. */
  freeze: z.array(z.string()),
  /** Numbers that training could change. */
  weights: z.number(),
});
export type StartingLayer = z.infer<typeof StartingLayer>;

/** What of a registered model is kept, and what can be trained on. */
export const StartingPoint = z.object({
  /** Name and version. */
  model: z.string(),
  /** The algorithm that goes on from it: `finetune` on columns, `transfer` on images. */
  algorithm: z.string(),
  /** Name of the result that the new head learns from. */
  features: z.string(),
  /** Columns the model takes; empty where it takes images. */
  columns: z.array(z.string()),
  /** Layers on the way to the features, the first one first. The head comes after them and is always new. */
  layers: z.array(StartingLayer),
  params: z.array(ParamInfo),
});
export type StartingPoint = z.infer<typeof StartingPoint>;
