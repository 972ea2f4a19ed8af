import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'
import { kernelSet } from './shared/kernel-set'
import { operationsOf } from './shared/native'
import { batchNormalisationGradient, batchNormalisationGradientKernel, batchNormalisationKernel } from './batch-normalisation'
import { biasActivationKernel } from './bias-activation'
import { maxPoolingGradientKernel, maxPoolingKernel, oneDnnPoolingWorks } from './max-pooling'
import {
  relu6GradientConfig, relu6GradientKernel, relu6SecondGradientConfig,
  reluGradientConfig, reluGradientKernel, reluSecondGradientConfig
} from './relu'
import { productGradient } from './network-product'
import { adamStepKernel, momentumStepKernel } from './optimizer-steps'
import { smallMatrixProduct } from './small-matrix-product'
import { recordedSoftmax } from './softmax'
import { softmaxCrossEntropyKernel } from './softmax-cross-entropy'
import { wasmConvolutionFilterGradient } from './wasm-convolution-filter-gradient'
import { wasmConvolutionInputGradient } from './wasm-convolution-input-gradient'
import { wasmDepthwiseFilterGradient } from './wasm-depthwise-filter-gradient'
import { wasmDepthwiseInputGradient } from './wasm-depthwise-input-gradient'
import { wasmMatrixProduct } from './wasm-matrix-product'
import { wasmMaxPoolingGradient } from './wasm-max-pooling-gradient'

const nativeKernels: readonly tf.KernelConfig[] = [
  biasActivationKernel,
  batchNormalisationKernel,
  batchNormalisationGradientKernel,
  reluGradientKernel,
  relu6GradientKernel,
  softmaxCrossEntropyKernel,
  momentumStepKernel,
  adamStepKernel
]
const oneDnnKernels: readonly tf.KernelConfig[] = [
  maxPoolingKernel,
  maxPoolingGradientKernel
]
const wasmKernels: readonly tf.KernelConfig[] = [
  wasmConvolutionFilterGradient,
  wasmConvolutionInputGradient,
  wasmDepthwiseFilterGradient,
  wasmDepthwiseInputGradient,
  wasmMaxPoolingGradient
]
const nativeGradients: readonly tf.GradConfig[] = [
  batchNormalisationGradient,
  reluGradientConfig,
  reluSecondGradientConfig,
  relu6GradientConfig,
  relu6SecondGradientConfig
]

/** Graft's faster kernels and gradients for the native backend, which must be the current one. */
export function registerNativeKernels(kernels: 'graft' | 'stock'): void {
  kernelSet.current = kernels
  if (kernels === 'stock') return
  const backend = tf.backend() as NodeJSKernelBackend
  nativeKernels.forEach(register)
  register(smallMatrixProduct(tf.getKernel('BatchMatMul', 'tensorflow')))
  register(recordedSoftmax(tf.getKernel('Softmax', 'tensorflow')))
  if (!backend.isUsingGpuDevice && oneDnnPoolingWorks(operationsOf(backend))) oneDnnKernels.forEach(register)
  nativeGradients.forEach(tf.registerGradient)
  tf.registerGradient(productGradient(tf.getGradient('BatchMatMul')))
}

/** Kernels that training needs and the WebAssembly backend lacks or has only in plain loops. */
export function registerWasmKernels(): void {
  wasmKernels.forEach(register)
  register(wasmMatrixProduct(tf.getKernel('BatchMatMul', 'wasm')))
}

/** Registers a kernel in place of the one of that name, if there is one. */
function register(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName)) tf.unregisterKernel(kernel.kernelName, kernel.backendName)
  tf.registerKernel(kernel)
}
