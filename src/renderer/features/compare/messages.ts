import { defineMessages } from '../../shared/i18n'
import { flipsMessages } from './flips-messages'

export const compareMessages = defineMessages({
  en: {
    compare: {
      title: 'Compare',
      purpose: 'Runs side by side: what they scored, how they learned, and where their settings differ.',
      add: 'Add a run',
      full: 'Eight runs at most: remove one to add another.',
      searchRuns: 'Search runs to add',
      noRunsToAdd: 'Every run is already here.',
      removeRun: 'Remove {name} from the comparison',
      makeReference: 'Use as reference: {name}',
      reference: 'Reference',
      newWeights: 'New weights',
      runsLabel: 'Runs in this comparison',
      exportCsv: 'Table (CSV)',
      exportPage: 'Page (HTML)',
      exportPdf: 'PDF',
      kept: {
        title: 'Name and note', name: 'Name of this comparison', note: 'A note', keep: 'Keep this comparison', list: 'Kept comparisons', remove: 'Delete {name}'
      },
      emptyTitle: 'Pick two runs to compare',
      empty: 'Their curves, figures and settings then stand side by side.',
      emptyOne: 'Add one more run to see the two side by side.',
      noRunsTitle: 'Nothing to compare yet',
      noRuns: 'A comparison needs two runs. Start a transfer, then another with a different method.',
      startTransfer: 'Start a transfer',
      chooseRuns: 'Choose from the runs',
      missing: 'One run of this address is no longer there. | {count} runs of this address are no longer there.',
      dropMissing: 'Compare the others',
      flips: flipsMessages.en,
      /** Where a title is too long for the line of sections. */
      line: { flips: 'Pictures', confusions: 'Confusions', curves: 'Learning', layers: 'Layers', classes: 'Classes' },
      verdicts: 'Verdict',
      verdictsHint: 'Test accuracy against “{name}”, paired image by image.',
      outcome: { helped: 'Helped', hurt: 'Hurt', 'no-evidence': 'No evidence', 'not-comparable': 'Not comparable', waiting: 'Not yet' },
      sentence: {
        helped: '“{second}” gets {difference} percentage points more right than “{first}”.',
        hurt: '“{second}” gets {difference} percentage points fewer right than “{first}”.',
        'no-evidence': 'The difference between “{second}” and “{first}” may be chance.',
        unlearned: '“{second}” gets {difference} percentage points more right than “{first}”, which has not learned.',
        'not-comparable': '“{second}” and “{first}” cannot be compared.',
        waiting: '“{open}” has not ended yet. The verdict comes here when it has.'
      },
      points: '{difference} points',
      interval: '95 % interval: {low} to {high} points.',
      noInterval: 'Without an interval: not paired by image.',
      notTested: 'One of the two has no test score yet.',
      curves: 'How they learned',
      accuracyTitle: 'Validation accuracy by epoch',
      lossTitle: 'Validation loss by epoch',
      accuracyAxis: 'Accuracy (%)',
      lossAxis: 'Loss',
      epochAxis: 'Epoch',
      noCurves: 'None of these runs has a finished epoch with a validation score yet.',
      useAsReference: 'Use as reference',
      pairWith: 'Compare it with “{name}” instead',
      best: 'best',
      reliability: {
        title: 'Sure and right', chart: 'Reliability diagram', confidence: 'Confidence', accuracy: 'Share right', straight: 'As right as sure',
        hint: 'The test images by how sure the answer was: below the straight line a run is surer than it is right.',
        none: 'None of these runs kept how sure it was of its answers. Runs of this version do.'
      },
      byLabels: {
        title: 'Labels', chart: 'Test accuracy against labels used', labels: 'Labelled target images to learn from',
        hint: 'How far each method comes with how many labels: the mean where several runs had as many.'
      },
      layers: {
        title: 'What changed inside', first: 'Before', second: 'After', ask: 'Compare layers', source: 'Source: {name}',
        hint: 'How alike the layers of two models see the same pictures (linear CKA): 1 the same, 0 nothing in common. A run against its source shows what the transfer changed.',
        table: 'Linear CKA of the layers of “{first}” (rows) and “{second}” (columns)', looked: '{count} pictures of {data}; no label was read.'
      },
      order: 'Order',
      orderSize: 'Largest difference first',
      orderData: 'As in the data',
      showAll: 'Show all {count} classes',
      fewer: 'Show fewer',
      figures: 'Figures',
      figure: {
        accuracy: 'Test accuracy', interval: '95 % interval', loss: 'Test loss', calibration: 'Expected calibration error', images: 'Test images', labels: 'Labels used', memory: 'Memory at most',
        balancedAccuracy: 'Balanced accuracy', macroF1: 'Macro-F1', validation: 'Validation accuracy', keptBy: 'Epoch kept by', epochs: 'Epochs', time: 'Time', speed: 'Images per second',
        difference: 'Against the reference', state: 'State'
      },
      settings: 'Settings',
      settingsDiffer: 'One setting differs. | {count} settings differ.',
      settingsSame: 'All settings are the same.',
      onlyDifferences: 'Only what differs',
      differs: 'differs',
      setting: {
        source: { model: 'Source model', dataset: 'Source data' }, target: { dataset: 'Target data', labels: 'Target labels' },
        method: 'Method', device: 'Device', library: 'Library'
      },
      yes: 'Yes',
      no: 'No',
      perClass: 'Class by class',
      perClassHint: 'Difference of accuracy from “{name}” in percentage points. Few images per class make large differences by chance.',
      perClassOpen: 'A click on a cell, or Enter, opens its pictures.',
      perClassCell: 'Pictures of class {class} in {name}: {value}',
      className: 'Class',
      lower: 'worse',
      higher: 'better',
      noPerClass: 'No two of these runs were tested on the same classes.',
      twin: 'Control'
    }
  },
  zh: {
    compare: {
      title: '对比',
      purpose: '将运行并排比较：成绩如何、如何学习、设置有何不同。',
      add: '添加运行',
      full: '最多八个运行：请先移除一个再添加。',
      searchRuns: '搜索要添加的运行',
      noRunsToAdd: '所有运行都已在此。',
      removeRun: '从对比中移除 {name}',
      makeReference: '设为基准：{name}',
      reference: '基准',
      newWeights: '新权重',
      runsLabel: '参与对比的运行',
      exportPage: '网页（HTML）',
      exportCsv: '表格（CSV）',
      exportPdf: 'PDF',
      kept: {
        title: '名称与备注', name: '此比较的名称', note: '备注', keep: '保留此比较', list: '已保留的比较', remove: '删除{name}'
      },
      emptyTitle: '选择两个运行进行对比',
      empty: '它们的曲线、数值和设置将并排显示。',
      emptyOne: '再添加一个运行即可并排查看。',
      noRunsTitle: '暂无可对比的内容',
      noRuns: '对比需要两个运行。先开始一次迁移，再用另一种方法开始一次。',
      startTransfer: '开始迁移',
      chooseRuns: '从运行列表中选择',
      missing: '此地址中有 1 个运行已不存在。 | 此地址中有 {count} 个运行已不存在。',
      dropMissing: '对比其余运行',
      flips: flipsMessages.zh,
      line: { flips: '逐图像', confusions: '混淆', curves: '学习', layers: '各层', classes: '类别' },
      verdicts: '结论',
      verdictsHint: '与“{name}”相比的测试准确率，逐图像配对。',
      outcome: { helped: '有帮助', hurt: '有损害', 'no-evidence': '无证据', 'not-comparable': '不可比较', waiting: '尚无结论' },
      sentence: {
        helped: '“{second}”比“{first}”多答对 {difference} 个百分点。',
        hurt: '“{second}”比“{first}”少答对 {difference} 个百分点。',
        'no-evidence': '“{second}”与“{first}”之间的差异可能出于偶然。',
        unlearned: '“{second}”比“{first}”多答对 {difference} 个百分点，而后者尚未学会。',
        'not-comparable': '“{second}”与“{first}”无法比较。',
        waiting: '“{open}”尚未结束，结束后在此给出结论。'
      },
      points: '{difference} 个百分点',
      interval: '95 % 区间：{low} 至 {high} 个百分点。',
      noInterval: '无区间：未逐图像配对。',
      notTested: '两者之一尚无测试成绩。',
      curves: '学习过程',
      accuracyTitle: '各轮验证准确率',
      lossTitle: '各轮验证损失',
      accuracyAxis: '准确率（%）',
      lossAxis: '损失',
      epochAxis: '轮次',
      noCurves: '这些运行都还没有带验证成绩的完整轮次。',
      useAsReference: '设为基准',
      pairWith: '改为与“{name}”比较',
      best: '最佳',
      reliability: {
        title: '把握与正确', chart: '可靠性图', confidence: '把握程度', accuracy: '答对比例', straight: '把握与正确一致',
        hint: '按回答的把握程度划分测试图像：低于直线表示过于自信。',
        none: '这些运行都未保存回答的把握程度。此版本的运行会保存。'
      },
      byLabels: {
        title: '标签', chart: '测试准确率与所用标签', labels: '可用于学习的目标标签图像数', hint: '各方法用多少标签能达到多高：标签数相同的运行取均值。'
      },
      layers: {
        title: '内部变化', first: '之前', second: '之后', ask: '比较各层', source: '源：{name}',
        hint: '两个模型的各层对相同图像的看法有多相似（线性 CKA）：1 为相同，0 为毫无共同之处。将运行与其源模型比较，即可看到迁移改变了什么。',
        table: '“{first}”各层（行）与“{second}”各层（列）的线性 CKA', looked: '{data} 的 {count} 张图像；未读取标签。'
      },
      order: '排序',
      orderSize: '差异最大的在前',
      orderData: '按数据中的顺序',
      showAll: '显示全部 {count} 个类别',
      fewer: '收起',
      figures: '数值',
      figure: {
        accuracy: '测试准确率', interval: '95 % 区间', loss: '测试损失', calibration: '期望校准误差', images: '测试图像数', labels: '所用标签', memory: '最大内存',
        balancedAccuracy: '平衡准确率', macroF1: '宏平均 F1', validation: '验证准确率', keptBy: '保留轮次依据', epochs: '轮数', time: '用时', speed: '每秒图像数',
        difference: '与基准之差', state: '状态'
      },
      settings: '设置',
      settingsDiffer: '有 1 项设置不同。 | 有 {count} 项设置不同。',
      settingsSame: '所有设置均相同。',
      onlyDifferences: '仅显示不同项',
      differs: '不同',
      setting: {
        source: { model: '源模型', dataset: '源数据' }, target: { dataset: '目标数据', labels: '目标标签' },
        method: '方法', device: '设备', library: '库'
      },
      yes: '是',
      no: '否',
      perClass: '逐类比较',
      perClassHint: '与“{name}”的准确率之差（百分点）。每类图像很少时，偶然差异会很大。',
      perClassOpen: '单击单元格或按 Enter 打开其中的图像。',
      perClassCell: '{name} 中类别 {class} 的图像：{value}',
      className: '类别',
      lower: '更差',
      higher: '更好',
      noPerClass: '这些运行中没有两个在相同类别上测试过。',
      twin: '对照'
    }
  }
})
