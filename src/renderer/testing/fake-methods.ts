import type { MethodSummary } from '../../contract/methods'
import { integer, number } from '../../contract/parameters'
import type { ArchitectureSummary } from '../../contract/models'

/** Methods as the engine's catalogue lists them, and one that the sample's data cannot support. */
export const fakeMethods: MethodSummary[] = [
  {
    id: 'scratch', family: 'baseline', blocks: 'new', reference: 'Control',
    title: { en: 'From scratch', zh: '从零训练' },
    summary: {
      en: 'Trains new weights on the target alone. The control that every transfer has to beat.',
      zh: '只用目标数据训练全新的权重。这是每种迁移都必须胜过的对照。'
    },
    sentence: { en: 'Train {source} with new weights on {images} of {target}.', zh: '在 {target} 的 {images} 上用全新权重训练 {source}。' },
    needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' },
    parameters: {}
  },
  {
    id: 'fine-tuning', family: 'parameters', blocks: 'copied', reference: 'Yosinski et al. 2014',
    title: { en: 'Fine-tuning', zh: '微调' },
    summary: {
      en: 'Starts from the source model\'s weights and trains all of them on the target; the head is new where the classes differ.',
      zh: '以源模型的权重为起点，在目标数据上训练全部权重；类别不同时更换分类头。'
    },
    sentence: {
      en: 'Take the weights of {source} and train them further on {images} of {target}.',
      zh: '以 {source} 的权重为起点，在 {target} 的 {images} 上继续训练。'
    },
    needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
    parameters: {
      layerDecay: number({
        label: { en: 'Layer-wise decay', zh: '逐层衰减' },
        help: {
          en: 'Each block further from the head learns this much slower than the next; 1 treats all alike.',
          zh: '离分类头每远一个块，学习率就乘以该系数；1 表示一视同仁。'
        },
        minimum: 0.1, maximum: 1, default: 1
      }),
      unfreezeEvery: integer({
        label: { en: 'Unfreeze a block every (epochs)', zh: '每隔几轮解冻一个块' },
        help: {
          en: 'Starts with the head alone and adds the next block after this many epochs; 0 trains everything from the start.',
          zh: '先只训练分类头，之后每隔这么多轮再解冻一个块；0 表示一开始就全部训练。'
        },
        minimum: 0, maximum: 1000, default: 0, advanced: true
      })
    },
    trainingDefaults: { learningRate: 0.005 }
  },
  {
    id: 'linear-probe', family: 'parameters', blocks: 'frozen', reference: 'Alain and Bengio 2016',
    title: { en: 'Linear probe', zh: '线性探测' },
    summary: {
      en: 'Keeps the source\'s backbone as it is and learns a new head on its features. Quick, and hard to overfit.',
      zh: '保持源模型的主干不变，只在其特征上学习新的分类头。速度快，且不易过拟合。'
    },
    sentence: {
      en: 'Keep every block of {source} as it is and learn a new head on {images} of {target}.',
      zh: '保持 {source} 的所有块不变，在 {target} 的 {images} 上学习新的分类头。'
    },
    needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
    parameters: {}
  },
  {
    id: 'dann', family: 'adaptation', blocks: 'copied', reference: 'Ganin et al. 2016',
    title: { en: 'Domain-adversarial training', zh: '域对抗训练' },
    summary: {
      en: 'Learns features by which source and target cannot be told apart, without target labels.',
      zh: '学习无法区分源与目标的特征，不需要目标标签。'
    },
    sentence: {
      en: 'Adapt {source} to {images} of {target} with a domain weight of {weight}.', zh: '以域权重 {weight} 将 {source} 适应到 {target} 的 {images}。'
    },
    needs: { sourceModel: true, sourceData: true, targetLabels: 'none', classes: 'same' },
    parameters: {
      weight: number({
        label: { en: 'Domain weight', zh: '域损失权重' },
        help: { en: 'How strongly the domains are drawn together.', zh: '拉近两个域的力度。' },
        minimum: 0, maximum: 10, default: 1
      })
    }
  }
]

export const fakeArchitectures: ArchitectureSummary[] = [
  {
    id: 'seed-cnn', reference: 'Graft', defaultInput: [32, 32, 3], parameters: 2_723_658,
    title: { en: 'Seed CNN', zh: 'Seed CNN' },
    summary: {
      en: 'Three blocks of 3×3 convolution (32, 64, 128 filters) and two dense layers; trains in minutes on a laptop.',
      zh: '三个 3×3 卷积块（32、64、128 个滤波器）加两个全连接层；在笔记本电脑上几分钟即可训练。'
    },
    blocks: [
      { name: 'block1', title: 'Convolution 32', parameters: 896 },
      { name: 'block2', title: 'Convolution 64', parameters: 18_496 },
      { name: 'block3', title: 'Convolution 128', parameters: 73_856 },
      { name: 'dense1', title: 'Dense 1024', parameters: 2_098_176 },
      { name: 'dense2', title: 'Dense 512', parameters: 524_800 }
    ]
  },
  {
    id: 'resnet-20', reference: 'He et al. 2016', defaultInput: [32, 32, 3], parameters: 269_722,
    title: { en: 'ResNet-20', zh: 'ResNet-20' },
    summary: { en: 'Three stages of three residual blocks, the CIFAR form.', zh: '三个阶段、各三个残差块的 CIFAR 版残差网络。' },
    blocks: [
      { name: 'stem', title: 'Convolution 16', parameters: 432 },
      { name: 'stage1', title: '3 residual blocks, 16', parameters: 13_824 },
      { name: 'stage2', title: '3 residual blocks, 32', parameters: 50_688 },
      { name: 'stage3', title: '3 residual blocks, 64', parameters: 202_752 }
    ]
  }
]
