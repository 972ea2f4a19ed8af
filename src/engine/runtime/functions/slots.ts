/**
 * Which inputs of an operation are part of its meaning, such as a shape or an axis: they stand in a function as constants.
 * Numbers count from zero; negative ones from the end.
 */
const constants: Readonly<Record<string, readonly number[]>> = {
  Reshape: [1], Transpose: [1], ExpandDims: [1], Tile: [1], BroadcastTo: [1], Fill: [0], ReverseV2: [1], Pad: [1], PadV2: [1], MirrorPad: [1],
  Slice: [1, 2], StridedSlice: [1, 2, 3], StridedSliceGrad: [0, 1, 2, 3], Split: [0], SplitV: [1, 2], ConcatV2: [-1], GatherV2: [2],
  Sum: [1], Mean: [1], Max: [1], Min: [1], Prod: [1], All: [1], Any: [1], ArgMax: [1], ArgMin: [1], Cumsum: [1], Cumprod: [1],
  OneHot: [1], TopKV2: [1], Range: [0, 1, 2], LinSpace: [0, 1, 2], ScatterNd: [2], SpaceToBatchND: [1, 2], BatchToSpaceND: [1, 2],
  Conv2DBackpropInput: [0], Conv2DBackpropFilter: [1], Conv3DBackpropInputV2: [0], Conv3DBackpropFilterV2: [1],
  DepthwiseConv2dNativeBackpropInput: [0], DepthwiseConv2dNativeBackpropFilter: [1], AvgPoolGrad: [0],
  ResizeBilinear: [1], ResizeNearestNeighbor: [1], ResizeNearestNeighborGrad: [1], CropAndResize: [3]
}

/** Operations whose whole numbers are data, but for what `constants` names: labels, indices, flags. */
const onData = new Set([
  'SparseSoftmaxCrossEntropyWithLogits', 'OneHot', 'GatherV2', 'GatherNd', 'ScatterNd', 'Cast', 'Select', 'SelectV2', 'Pack', 'ConcatV2',
  'Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual', 'LogicalAnd', 'LogicalOr', 'LogicalNot',
  'Add', 'AddV2', 'AddN', 'Sub', 'Mul', 'Div', 'RealDiv', 'FloorDiv', 'FloorMod', 'Maximum', 'Minimum', 'Abs', 'Neg', 'Square',
  'Reshape', 'Transpose', 'ExpandDims', 'Tile', 'Slice', 'StridedSlice', 'Sum', 'Max', 'Min', 'ArgMax', 'ArgMin', 'UnsortedSegmentSum', 'Identity',
  'Split', 'SplitV', 'Unpack', 'BroadcastTo', 'ReverseV2', 'Pad', 'PadV2', 'Prod', 'Cumsum', 'SquaredDifference', 'Sign', 'ZerosLike', 'OnesLike', 'Fill'
])

/** Whether this input of an operation must be a constant, given that it is made of whole numbers or not. */
export function isConstant(operation: string, slot: number, inputs: number, whole: boolean): boolean {
  const named = constants[operation]
  if (named?.some((index) => (index < 0 ? inputs + index : index) === slot)) return true
  // Of an operation that is not known here, whole numbers may decide what shape comes out.
  return whole && !onData.has(operation)
}

/** Operations whose result's shape depends on values: they cannot be recorded. */
export const shapesFromValues: ReadonlySet<string> = new Set([
  'Where', 'Unique', 'UniqueV2', 'NonMaxSuppressionV2', 'NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5',
  'Bincount', 'DenseBincount', 'SparseToDense', 'SparseReshape', 'SparseFillEmptyRows'
])

/** Operations whose second input may not be zero. */
export const divisions: ReadonlySet<string> = new Set(['FloorDiv', 'FloorMod', 'Mod', 'Div', 'RealDiv', 'TruncateDiv'])

/** oneDNN's own operations, which TensorFlow itself puts in the place of these where a graph is compiled. */
export const inGraphs: Readonly<Record<string, { operation: string, inputs: number, outputs: number }>> = {
  _MklNativeMaxPool: { operation: 'MaxPool', inputs: 1, outputs: 1 },
  _MklNativeMaxPoolGrad: { operation: 'MaxPoolGrad', inputs: 3, outputs: 1 }
}

/** An optimiser's step on resource variables: how many of its inputs are state, and TensorFlow's order of the rest. */
export const optimizerSteps: Readonly<Record<string, { operation: string, states: number, rest: readonly (string | 'gradient')[], varying: ReadonlySet<string> }>> = {
  GraftMomentumStep: { operation: 'ResourceApplyMomentum', states: 2, rest: ['rate', 'gradient', 'decay'], varying: new Set(['rate']) },
  GraftAdamStep: {
    operation: 'ResourceApplyAdam', states: 3, rest: ['power', 'power', 'size', 'firstDecay', 'secondDecay', 'epsilon', 'gradient'],
    varying: new Set(['size', 'epsilon'])
  }
}
