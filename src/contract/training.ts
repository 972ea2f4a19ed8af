import type { z } from 'zod'
import { boolean, choice, integer, number, parametersSchema, type ValuesOf } from './parameters'

/** The training settings every gradient method shares; form, flags and validation follow from them. */
export const trainingParameters = {
  epochs: integer({
    label: { en: 'Epochs', zh: '训练轮数' },
    help: { en: 'How often every training image is seen.', zh: '每张训练图像被使用的次数。' },
    minimum: 1, maximum: 10_000, default: 10
  }),
  batchSize: integer({
    label: { en: 'Batch size', zh: '批大小' },
    help: {
      en: 'Images per step; a method over several domains divides them among the domains. Smaller batches mean more and noisier steps.',
      zh: '每一步使用的图像数；跨多个域学习时由各域平分。批越小，步数越多、噪声越大。'
    },
    minimum: 1, maximum: 100_000, default: 64
  }),
  learningRate: number({
    label: { en: 'Learning rate', zh: '学习率' },
    help: { en: 'The size of a step. Ten times smaller is the first thing to try when the loss jumps.', zh: '每一步的幅度。损失剧烈波动时，先试试缩小十倍。' },
    minimum: 1e-7, maximum: 10, default: 0.01, scale: 'logarithmic'
  }),
  optimizer: choice({
    label: { en: 'Optimiser', zh: '优化器' },
    help: { en: 'How gradients become steps.', zh: '如何由梯度得到更新。' },
    options: [
      { value: 'sgd', label: { en: 'SGD with momentum', zh: '带动量的 SGD' } },
      { value: 'adam', label: { en: 'Adam', zh: 'Adam' } },
      { value: 'adamw', label: { en: 'AdamW', zh: 'AdamW' } }
    ],
    default: 'sgd'
  }),
  momentum: number({
    label: { en: 'Momentum', zh: '动量' },
    help: { en: 'How much of the last step goes into the next.', zh: '上一步有多少带入下一步。' },
    minimum: 0, maximum: 0.999, default: 0.9, advanced: true, when: { parameter: 'optimizer', in: ['sgd'] }
  }),
  nesterov: boolean({
    label: { en: 'Nesterov momentum', zh: 'Nesterov 动量' },
    help: {
      en: 'Looks ahead of the momentum: what most published recipes with SGD take.', zh: '先沿动量前瞻再更新：多数使用 SGD 的已发表方案都采用。'
    },
    default: false, advanced: true, when: { parameter: 'optimizer', in: ['sgd'] }
  }),
  weightDecay: number({
    label: { en: 'Weight decay', zh: '权重衰减' },
    help: { en: 'Pulls weights towards zero; helps when there are few images.', zh: '将权重拉向零；图像较少时有帮助。' },
    minimum: 0, maximum: 1, default: 0, advanced: true
  }),
  decayBiases: boolean({
    label: { en: 'Weight decay of biases', zh: '偏置也衰减' },
    help: {
      en: 'Weight decay pulls biases and normalisations to zero too, where it would do for the weights alone.',
      zh: '权重衰减也作用于偏置与归一化参数；通常只作用于权重即可。'
    },
    default: true, advanced: true
  }),
  schedule: choice({
    label: { en: 'Schedule', zh: '学习率计划' },
    help: { en: 'How the learning rate changes over the epochs.', zh: '学习率随训练轮数的变化方式。' },
    options: [
      { value: 'constant', label: { en: 'Constant', zh: '恒定' } },
      { value: 'step', label: { en: 'Step', zh: '阶梯' } },
      { value: 'cosine', label: { en: 'Cosine', zh: '余弦' } },
      { value: 'inverse', label: { en: 'Inverse decay', zh: '反比衰减' } }
    ],
    default: 'constant', advanced: true
  }),
  stepEpochs: integer({
    label: { en: 'Epochs per decay step', zh: '阶梯间隔（轮）' },
    help: { en: 'The learning rate is multiplied by the step factor after this many epochs.', zh: '每隔这么多轮，学习率乘以阶梯系数。' },
    minimum: 1, maximum: 10_000, default: 10, advanced: true, when: { parameter: 'schedule', in: ['step'] }
  }),
  stepFactor: number({
    label: { en: 'Step factor', zh: '阶梯系数' },
    help: { en: 'What the learning rate is multiplied by at each decay step.', zh: '每个阶梯处学习率所乘的系数。' },
    minimum: 0.001, maximum: 1, default: 0.1, advanced: true, when: { parameter: 'schedule', in: ['step'] }
  }),
  warmupEpochs: number({
    label: { en: 'Warm-up', zh: '预热（轮）' },
    help: { en: 'Epochs over which the learning rate rises from zero; may be a fraction.', zh: '学习率从零升起所用的轮数，可为小数。' },
    minimum: 0, maximum: 100, default: 0, advanced: true
  }),
  clipNorm: number({
    label: { en: 'Gradient clipping', zh: '梯度裁剪' },
    help: {
      en: 'Scales a step\'s gradients down where their common norm is larger than this, so that one odd batch cannot throw the training off; 0 never does.',
      zh: '当一步中全部梯度的总范数超过此值时按比例缩小，避免个别批次使训练失控；0 表示不裁剪。'
    },
    minimum: 0, maximum: 1_000_000, default: 0, advanced: true
  }),
  epochSteps: integer({
    label: { en: 'Steps per epoch', zh: '每轮步数' },
    help: {
      en: 'Ends an epoch after this many steps; 0 takes as many as show every image once.', zh: '一轮在这么多步后结束；0 表示每张图像恰好使用一次。'
    },
    minimum: 0, maximum: 1_000_000, default: 0, advanced: true
  }),
  augmentation: choice({
    label: { en: 'Augmentation', zh: '数据增强' },
    help: { en: 'Random changes to training images. Do not flip digits or letters.', zh: '对训练图像的随机变化。数字和字母不要翻转。' },
    options: [
      { value: 'none', label: { en: 'None', zh: '无' } },
      { value: 'shift', label: { en: 'Shift', zh: '平移' } },
      { value: 'flip', label: { en: 'Flip', zh: '翻转' } },
      { value: 'flip-shift', label: { en: 'Flip and shift', zh: '翻转与平移' } }
    ],
    default: 'none'
  }),
  classBalance: choice({
    label: { en: 'Rare classes', zh: '稀少类别' },
    help: {
      en: 'Lets rare classes count as much as the others: drawn equally often (a class with few images is seen again and again, of one with many a part per epoch), or weighted in the loss by how rare they are. One or the other.',
      zh: '让稀少类别与其他类别同等重要：抽取次数相同（图像少的类别反复出现，图像多的类别每轮只取一部分），或在损失中按稀少程度加权。二者取其一。'
    },
    options: [
      { value: 'none', label: { en: 'As often as they are', zh: '按实际比例' } },
      { value: 'sampler', label: { en: 'As often as the others', zh: '与其他类别同样多' } },
      { value: 'weights', label: { en: 'Weighted in the loss', zh: '在损失中加权' } }
    ],
    default: 'none', advanced: true
  }),
  earlyStopping: integer({
    label: { en: 'Early stopping', zh: '提前停止' },
    help: { en: 'Stops after this many epochs without a better validation score; 0 never stops early.', zh: '验证成绩连续这么多轮没有提升即停止；0 表示不提前停止。' },
    minimum: 0, maximum: 1000, default: 0, advanced: true
  }),
  keepBest: boolean({
    label: { en: 'Keep the best epoch', zh: '保留最佳轮次' },
    help: { en: 'Saves the weights of the epoch with the best validation score instead of the last.', zh: '保存验证成绩最佳轮次的权重，而不是最后一轮。' },
    default: true, advanced: true
  }),
  selection: choice({
    label: { en: 'Best epoch by', zh: '最佳轮次依据' },
    help: {
      en: 'The score that chooses the epoch to keep. Without target labels, only a score that needs none can.',
      zh: '依据什么选择保留的轮次。没有目标标签时，只能用不需要标签的评分。'
    },
    options: [
      { value: 'automatic', label: { en: 'Automatic', zh: '自动' } },
      { value: 'last', label: { en: 'The last epoch', zh: '最后一轮' } },
      { value: 'source-validation', label: { en: 'Source validation accuracy', zh: '源验证准确率' } },
      { value: 'entropy', label: { en: 'Entropy', zh: '熵' } },
      { value: 'information-maximisation', label: { en: 'Information maximisation', zh: '信息最大化' } },
      { value: 'soft-neighbourhood-density', label: { en: 'Soft neighbourhood density', zh: '软邻域密度' } },
      { value: 'information-at-equal-sureness', label: { en: 'Information at equal sureness', zh: '同等把握下的信息' } },
      { value: 'neighbour-agreement', label: { en: 'Agreement with neighbours', zh: '与近邻一致' } }
    ],
    default: 'automatic', advanced: true
  }),
  // What a record of before it does not say was computed operation by operation: so the default stays false, and the choice is a rule's.
  functions: boolean({
    label: { en: 'Steps as functions', zh: '整步作为函数' },
    help: {
      en: 'Computes each training step as functions of TensorFlow\'s instead of operation by operation, which is faster on a processor from some 100 steps on and may change the last digits. Where that cannot be done, the run says why.',
      zh: '将每个训练步作为 TensorFlow 函数整体计算，而非逐个运算；约 100 步以上时在处理器上更快，末位数字可能略有不同。无法做到时，运行记录会说明原因。'
    },
    default: false, advanced: true
  }),
  precision: choice({
    label: { en: 'Precision', zh: '精度' },
    help: {
      en: 'What the convolutions and large matrix products of training steps compute in. bfloat16 keeps 8 bits of each number instead of 24, which is faster on processors that have it; weights, losses, statistics and the optimiser stay float32, and so does all testing.',
      zh: '训练步中卷积与大矩阵乘法的计算精度。bfloat16 每个数只保留 8 位有效位（float32 为 24 位），在支持它的处理器上更快；权重、损失、统计量与优化器仍为 float32，测试亦然。'
    },
    options: [
      { value: 'float32', label: { en: 'float32', zh: 'float32' } },
      { value: 'bfloat16', label: { en: 'bfloat16', zh: 'bfloat16' } }
    ],
    default: 'float32', advanced: true
  }),
  seed: integer({
    label: { en: 'Seed', zh: '随机种子' },
    help: { en: 'The same seed gives the same numbers on the same device.', zh: '在同一设备上，相同的种子得到相同的结果。' },
    minimum: 0, maximum: 2_147_483_647, default: 1, advanced: true
  })
}

/** Those of the selection that judge the target's images without their labels. */
export const labelFreeScoreIds = ['entropy', 'information-maximisation', 'information-at-equal-sureness', 'soft-neighbourhood-density', 'neighbour-agreement'] as const

export type TrainingSettings = ValuesOf<typeof trainingParameters>
export type Precision = TrainingSettings['precision']
export const trainingSettingsSchema: z.ZodType<TrainingSettings, unknown> = parametersSchema(trainingParameters)
