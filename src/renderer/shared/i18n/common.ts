import { defineMessages } from './messages'
import { cameraTexts } from './camera'
import { firstStepsTexts } from './first-steps'
import { sortedTexts } from './sorted'

/** Texts that several screens share. */
export const commonMessages = defineMessages({
  en: {
    common: {
      appName: 'Graft',
      skipToContent: 'Skip to content',
      mainNavigation: 'Main navigation',
      sections: 'Sections of this page',
      firstSteps: firstStepsTexts.en,
      screens: { transfer: 'Transfer', runs: 'Runs', compare: 'Compare', datasets: 'Data', models: 'Models', settings: 'Settings' },
      cancel: 'Cancel',
      close: 'Close',
      remove: 'Remove',
      retry: 'Try again',
      search: 'Search',
      nothingFound: 'Nothing matches “{query}”.',
      details: 'Details',
      reset: 'Reset to default',
      advanced: 'More settings',
      selected: '{count} selected',
      selectAll: 'Select all',
      selectRow: 'Select {name}',
      none: 'None',
      timeLeft: '{duration} left',
      images: 'no images | 1 image | {count} images',
      classes: 'no classes | 1 class | {count} classes',
      notices: 'Notices',
      showRun: 'Show the run',
      states: {
        queued: 'Queued', running: 'Running', paused: 'Paused', interrupted: 'Interrupted', cancelled: 'Cancelled',
        failed: 'Failed', done: 'Done', unresponsive: 'Not responding', cancelling: 'Stopping', unlearned: 'Has not learned'
      },
      jobs: {
        waiting: '{count} waiting', cancelling: 'Cancelling…', background: 'Keep going in the background',
        back: 'Change settings'
      },
      openRuns: 'Open runs from a file…',
      queue: {
        title: 'Queue', none: 'No job is running.', earlier: 'Move forward: {name}', later: 'Move back: {name}', afterEpoch: 'Stop after this epoch', study: 'Cancel all {count} of its study',
        total: 'About {duration} until all is done.', totalWithout: 'About {duration}, and 1 run of which nothing is known yet. | About {duration}, and {count} runs of which nothing is known yet.',
        noTime: 'How long it takes is not known yet.'
      },
      download: {
        size: '{size} to download',
        licence: 'Licence: {licence}',
        cite: 'Licence and citation',
        page: 'Page: {page}',
        get: 'Get',
        getNamed: 'Get {name}',
        resume: 'Go on',
        resumeNamed: 'Go on with {name}',
        cancel: 'Cancel',
        cancelNamed: 'Cancel {name}',
        discard: 'Discard',
        discardNamed: 'Discard what has arrived of {name}',
        partial: '{size} have arrived',
        downloading: 'Downloading',
        progress: '{done} of {total}',
        speed: '{size} per second',
        waiting: '{reason}; try {attempt} in {duration}',
        queued: 'Waiting for its turn',
        cancelling: 'Stopping; what has arrived is kept',
        failed: '{name} could not be downloaded'
      },
      exportModel: {
        save: 'Save as…', saveName: 'Save as… {name}', tfjs: 'TensorFlow.js (folder)', safetensors: 'safetensors', onnx: 'ONNX (opset 17)', keras: 'Keras (.h5)',
        tflite: 'TensorFlow Lite (.tflite)', 'tflite-int8': 'TensorFlow Lite, 8-bit (.tflite)',
        coreMl: 'Core ML: save as Keras, convert with coremltools (Python)',
        onnxAlone: '{classifier}: ONNX alone has a place for it'
      },
      tryIt: {
        title: 'Try it',
        open: 'Try it on pictures',
        openName: 'Try it: {name}',
        purpose: 'Drop pictures or a folder here to see what this model says of them: of a few also where it looked, of many a table to correct and keep.',
        drop: 'Let go to ask about these pictures.',
        choose: 'Choose pictures…',
        chooseFolder: 'Choose a folder…',
        others: 'Other pictures…',
        asking: 'Asking the model',
        cancel: 'Stop',
        cancelled: 'Stopped before there was an answer.',
        heat: 'Heat map',
        heatHelp: 'Grad-CAM: where in the picture the first class was seen. Yellow counts most.',
        picture: '{image}: {class}, {probability}',
        heatOver: 'with a heat map over it',
        source: 'Source model ({name})',
        noSource: 'It said nothing.',
        results: 'What the model says'
      },
      camera: cameraTexts.en,
      sorted: sortedTexts.en,
      splits: { train: 'Training', validation: 'Validation', test: 'Test', unlabelled: 'Unlabelled', all: 'All' },
      testSplits: { test: 'Test images', validation: 'Validation images', all: 'All pictures of the target' },
      backends: { gpu: 'Graphics card', cpu: 'Processor', wasm: 'WebAssembly', auto: 'Best available' },
      families: {
        baseline: 'Baselines', parameters: 'Parameters', features: 'Features', structure: 'Structure', rules: 'Rules',
        classical: 'Classical', distillation: 'Distillation', adaptation: 'Adaptation', generalisation: 'Generalisation',
        'self-supervised': 'Self-supervised', fusion: 'Fusion'
      },
      chart: {
        table: 'Show as table', png: 'Save picture (PNG)', csv: 'Save figures (CSV)',
        noData: 'No figures yet', read: 'Read the chart {title}', hint: 'Use the arrow keys to read the figures.',
        summary: '{title}. {lines}', line: '{label}: {value} at {x}', empty: '{label}: no figures yet'
      },
      gallery: {
        label: 'Pictures of {name}', noLabel: 'no label', picture: 'Picture {position}, {label}', position: 'No. {position}',
        previous: 'Previous', next: 'Next'
      },
      answers: {
        ofClass: 'Test images of class {truth}', ofCell: 'True {truth}, predicted {predicted}', picture: 'true {truth}, predicted {predicted}',
        wrong: 'none was taken for another class | 1 was taken for another class and comes first | {count} were taken for another class and come first',
        allWrong: 'all of them were taken for another class', none: 'There are no such test images.',
        save: 'Save answers (CSV)', saveHelp: 'One line for each test image: its file, its true class, and what it was taken for'
      },
      confusion: {
        axes: 'True class ↓, predicted class →', pair: 'True → predicted', count: 'Images', share: 'Share of the true class',
        cell: 'True {truth}, predicted {predicted}: {count} of {total} ({share})', hint: 'Choose a cell to read it.',
        hintOpen: 'Point at a cell to read it; a click or Enter opens its pictures.',
        noneOfThese: '{count} of {total} images of {truth} are turned away as none of the classes. They are counted in their predicted classes too.'
      },
      palette: { title: 'Command palette', placeholder: 'Type a command or a name…', empty: 'No command matches.', language: 'Language: {value}', theme: 'Theme: {value}', device: 'Device: {value}', system: 'as the system', light: 'light', dark: 'dark', current: 'in use', asSource: 'use as source' },
      help: {
        title: 'Keyboard', newTransfer: 'New transfer', addDataset: 'Add a data set…', importModel: 'Import a model…', start: 'Start', stop: 'Stop the running job', find: 'Find on this screen',
        palette: 'Command palette', screens: 'Go to a screen', help: 'This list', close: 'Close a dialog or menu',
        table: 'Move in a table', space: 'Space', selectRow: 'Select a row', openRow: 'Open a row',
        extend: 'Select several rows', rename: 'Rename a run', pin: 'Pin a run', tag: 'Tag a run', remove: 'Delete what is selected', undo: 'Bring back what was deleted'
      },
      drop: {
        title: 'Drop to add', hint: 'Pictures, a folder, an archive or data files; or a model trained elsewhere',
        looking: 'Looking at what you dropped'
      },
      field: {
        required: 'Enter a value.', number: 'Enter a number.', integer: 'Enter a whole number.',
        range: 'Enter a value between {minimum} and {maximum}.', changed: 'Changed from the default',
        increase: 'Increase', decrease: 'Decrease', automatic: 'Automatic', addModel: 'Add a model',
        changedCount: '1 changed | 1 changed | {count} changed',
        chosen: 'Chosen for you: {why}', keep: 'Keep it', keepOf: 'Keep what was chosen: {label}'
      },
      groups: { go: 'Go to', actions: 'Actions', runs: 'Runs', datasets: 'Data sets', methods: 'Methods' },
      map: {
        title: 'Feature map', ask: 'Lay out the map', data: 'Open the data set', layer: 'Layer', features: 'Features that the head sees', colour: 'Colour by',
        by: { class: 'Class', error: 'Error', domain: 'Domain', run: 'Run' }, right: 'right', wrong: 'wrong', unknown: 'not known', unlabelled: 'without a class',
        hint: 'Where a model puts pictures: near each other where it sees them alike (UMAP). Draw around points to see their pictures.',
        summary: '{points} points of {data}: {groups}.', open: '{name} · {count}: open the pictures', pictures: 'Pictures of the map',
        note: '{count} pictures of {data}. Near and far mean something among neighbours; the size of gaps and axes do not.'
      },
      study: {
        title: 'Against its control runs', titleAlone: 'Results of its study', short: 'Controls', shortAlone: 'Study',
        control: 'This run is a control of its study. The verdict is about the runs that are compared with it.',
        roles: { scratch: 'training from scratch', 'source-only': 'the source alone', 'no-alignment': 'its own batch statistics without alignment', 'target-supervised': 'all target labels' },
        outcome: {
          helped: 'Helped', 'no-evidence': 'No evidence', 'negative-transfer': 'Negative transfer', bound: 'Upper bound', waiting: 'Not yet known'
        },
        against: '{difference} points against {role}.',
        waiting: 'Against {role}: no result yet.',
        over: { seeds: '95 % interval {low} to {high} over {count} seeds.', images: '95 % interval {low} to {high} over test images.' },
        mean: '{mean} of the test images right on average ({done} of {runs} seeds).',
        progress: '{done} of {runs} runs of this study are done.',
        budgets: { title: 'Accuracy against labels', x: 'Labels per class' },
        depths: {
          title: 'Depth of transfer', moved: 'Blocks moved', none: 'none', tuned: 'Trained further', frozen: 'Kept frozen'
        }
      }
    }
  },
  zh: {
    common: {
      appName: 'Graft',
      skipToContent: '跳到内容',
      mainNavigation: '主导航',
      sections: '本页各部分',
      firstSteps: firstStepsTexts.zh,
      screens: { transfer: '迁移', runs: '运行', compare: '对比', datasets: '数据', models: '模型', settings: '设置' },
      cancel: '取消',
      close: '关闭',
      remove: '移除',
      retry: '重试',
      search: '搜索',
      nothingFound: '没有与“{query}”匹配的内容。',
      details: '详细信息',
      reset: '恢复默认值',
      advanced: '更多设置',
      selected: '已选 {count} 项',
      selectAll: '全选',
      selectRow: '选择 {name}',
      none: '无',
      timeLeft: '剩余 {duration}',
      images: '没有图像 | 1 张图像 | {count} 张图像',
      classes: '没有类别 | 1 个类别 | {count} 个类别',
      notices: '通知',
      showRun: '查看此运行',
      states: {
        queued: '排队中', running: '运行中', paused: '已暂停', interrupted: '已中断', cancelled: '已取消',
        failed: '失败', done: '完成', unresponsive: '无响应', cancelling: '正在停止', unlearned: '尚未学会'
      },
      jobs: {
        waiting: '另有 {count} 个在等待', cancelling: '正在取消…', background: '在后台继续', back: '修改设置'
      },
      openRuns: '从文件打开运行…',
      queue: {
        title: '队列', none: '没有正在运行的任务。', earlier: '前移：{name}', later: '后移：{name}', afterEpoch: '本轮后停止', study: '取消其研究的全部 {count} 个',
        total: '约 {duration} 后全部完成。', totalWithout: '约 {duration}，另有 {count} 个运行所需时间尚不可知。', noTime: '所需时间尚不可知。'
      },
      download: {
        size: '下载 {size}',
        licence: '许可：{licence}',
        cite: '许可与引用',
        page: '页面：{page}',
        get: '获取',
        getNamed: '获取 {name}',
        resume: '继续',
        resumeNamed: '继续下载 {name}',
        cancel: '取消',
        cancelNamed: '取消 {name}',
        discard: '丢弃',
        discardNamed: '丢弃 {name} 已下载的部分',
        partial: '已下载 {size}',
        downloading: '正在下载',
        progress: '{done} / {total}',
        speed: '每秒 {size}',
        waiting: '{reason}；{duration} 后第 {attempt} 次尝试',
        queued: '排队等待',
        cancelling: '正在停止；已下载的部分会保留',
        failed: '无法下载 {name}'
      },
      exportModel: {
        save: '另存为…', saveName: '另存为… {name}', tfjs: 'TensorFlow.js（文件夹）', safetensors: 'safetensors', onnx: 'ONNX（opset 17）', keras: 'Keras（.h5）',
        tflite: 'TensorFlow Lite（.tflite）', 'tflite-int8': 'TensorFlow Lite，8 位（.tflite）',
        coreMl: 'Core ML：存为 Keras，再用 coremltools（Python）转换',
        onnxAlone: '{classifier}：只有 ONNX 能容纳'
      },
      tryIt: {
        title: '试一试',
        open: '用图片试一试',
        openName: '试一试：{name}',
        purpose: '将图片或文件夹拖到这里，看看模型如何回答：图片较少时还会显示它看了哪里，较多时给出可校正和保存的表格。',
        drop: '松开即可询问这些图片。',
        choose: '选择图片…',
        chooseFolder: '选择文件夹…',
        others: '换其他图片…',
        asking: '正在询问模型',
        cancel: '停止',
        cancelled: '在得到回答之前已停止。',
        heat: '热图',
        heatHelp: 'Grad-CAM：首选类别出现在图片的何处。黄色最重要。',
        picture: '{image}：{class}，{probability}',
        heatOver: '叠加热图',
        source: '源模型（{name}）',
        noSource: '没有回答。',
        results: '模型的回答'
      },
      camera: cameraTexts.zh,
      sorted: sortedTexts.zh,
      splits: { train: '训练集', validation: '验证集', test: '测试集', unlabelled: '未标注', all: '全部' },
      testSplits: { test: '测试图像', validation: '验证图像', all: '目标的全部图像' },
      backends: { gpu: '显卡', cpu: '处理器', wasm: 'WebAssembly', auto: '自动选择最佳' },
      families: {
        baseline: '基线', parameters: '参数迁移', features: '特征迁移', structure: '结构迁移', rules: '规则迁移',
        classical: '经典方法', distillation: '蒸馏', adaptation: '域适应', generalisation: '域泛化',
        'self-supervised': '自监督', fusion: '融合'
      },
      chart: {
        table: '以表格显示', png: '保存图片（PNG）', csv: '保存数据（CSV）',
        noData: '暂无数据', read: '读取图表：{title}', hint: '用方向键读取数值。',
        summary: '{title}。{lines}', line: '{label}：在 {x} 处为 {value}', empty: '{label}：暂无数据'
      },
      gallery: {
        label: '{name} 的图像', noLabel: '无标签', picture: '第 {position} 张图像，{label}', position: '第 {position} 张',
        previous: '上一张', next: '下一张'
      },
      answers: {
        ofClass: '类别 {truth} 的测试图像', ofCell: '真实为 {truth}，预测为 {predicted}', picture: '真实为 {truth}，预测为 {predicted}',
        wrong: '没有被误认为其他类别的图像 | 1 张被误认为其他类别，排在最前 | {count} 张被误认为其他类别，排在最前',
        allWrong: '全部被误认为其他类别', none: '没有这样的测试图像。',
        save: '保存回答（CSV）', saveHelp: '每张测试图像一行：文件、真实类别及预测类别'
      },
      confusion: {
        axes: '真实类别 ↓，预测类别 →', pair: '真实 → 预测', count: '图像数', share: '占该真实类别的比例',
        cell: '真实为 {truth}，预测为 {predicted}：{total} 张中的 {count} 张（{share}）', hint: '选择一个格子查看数值。',
        hintOpen: '指向一个格子查看数值；单击或按 Enter 打开其中的图像。',
        noneOfThese: '{truth} 的 {total} 张图像中有 {count} 张被判为不属于任何类别。它们也计入其预测类别。'
      },
      palette: { title: '命令面板', placeholder: '输入命令或名称…', empty: '没有匹配的命令。', language: '语言：{value}', theme: '主题：{value}', device: '设备：{value}', system: '跟随系统', light: '浅色', dark: '深色', current: '当前使用', asSource: '用作源模型' },
      help: {
        title: '键盘快捷键', newTransfer: '新建迁移', addDataset: '添加数据集…', importModel: '导入模型…', start: '开始', stop: '停止正在运行的任务', find: '在此页面中查找',
        palette: '命令面板', screens: '转到某个页面', help: '显示此列表', close: '关闭对话框或菜单',
        table: '在表格中移动', space: '空格', selectRow: '选择一行', openRow: '打开一行',
        extend: '选择多行', rename: '重命名运行', pin: '固定运行', tag: '标记运行', remove: '删除所选内容', undo: '恢复已删除的内容'
      },
      drop: {
        title: '松开即可添加', hint: '图片、文件夹、压缩包或数据文件；也可以是在别处训练的模型',
        looking: '正在查看拖放的内容'
      },
      field: {
        required: '请输入一个值。', number: '请输入数字。', integer: '请输入整数。',
        range: '请输入 {minimum} 到 {maximum} 之间的值。', changed: '已偏离默认值',
        increase: '增大', decrease: '减小', automatic: '自动', addModel: '添加模型',
        changedCount: '已改 1 项 | 已改 1 项 | 已改 {count} 项',
        chosen: '自动选择：{why}', keep: '固定', keepOf: '固定自动选择的值：{label}'
      },
      groups: { go: '转到', actions: '操作', runs: '运行', datasets: '数据集', methods: '方法' },
      map: {
        title: '特征图谱', ask: '绘制图谱', data: '打开数据集', layer: '层', features: '分类头所见的特征', colour: '着色依据',
        by: { class: '类别', error: '对错', domain: '域', run: '运行' }, right: '正确', wrong: '错误', unknown: '未知', unlabelled: '无类别',
        hint: '模型把图像放在哪里：看法相近的图像彼此靠近（UMAP）。圈选若干点即可查看其图像。',
        summary: '{data} 的 {points} 个点：{groups}。', open: '{name} · {count}：打开图像', pictures: '图谱中的图像',
        note: '{data} 的 {count} 张图像。远近只在邻近点之间有意义；间隙大小与坐标轴没有意义。'
      },
      study: {
        title: '与对照运行相比', titleAlone: '其研究的结果', short: '对照', shortAlone: '研究',
        control: '此运行是其研究中的对照。结论针对与它相比较的运行。',
        roles: { scratch: '从零训练', 'source-only': '仅用源数据', 'no-alignment': '仅用各域批统计、不作对齐', 'target-supervised': '全部目标标签' },
        outcome: {
          helped: '有帮助', 'no-evidence': '没有证据', 'negative-transfer': '负迁移', bound: '上限', waiting: '尚不可知'
        },
        against: '与“{role}”的运行相比 {difference} 个百分点。',
        waiting: '与“{role}”的运行相比：尚无结果。',
        over: { seeds: '{count} 个种子的 95 % 区间：{low} 至 {high}。', images: '测试图像的 95 % 区间：{low} 至 {high}。' },
        mean: '平均测试准确率 {mean}（{runs} 个种子中的 {done} 个）。',
        progress: '此研究的 {runs} 次运行中已完成 {done} 次。',
        budgets: { title: '准确率随标签数的变化', x: '每类标签数' },
        depths: { title: '迁移深度', moved: '迁移的块数', none: '无', tuned: '继续训练', frozen: '保持冻结' }
      }
    }
  }
})
