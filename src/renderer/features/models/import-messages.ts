/** Texts of importing a model. */
export const importMessages = {
  en: {
    import: {
      title: 'Import a model', intro: 'Graft looks at the file first and copies nothing until you press Import.',
      drop: 'Drop a model file here, a folder with model.json, or model.json and its weight files together.',
      chooseFile: 'Choose file…', chooseFolder: 'Choose folder…', chooseOther: 'Choose another…',
      path: 'File or folder', pathHelp: 'A folder holds a TensorFlow.js model: model.json and its weights.',
      more: 'More settings', format: 'Kind', formatAuto: 'Find out from the content',
      architecture: 'Architecture', architectureAuto: 'Recognise it',
      architectureHelp: 'Recognised by names and shapes. Choose one to see what does not fit it.',
      lookSize: 'Size it was trained at', lookSizeHelp: 'Height × width in pixels, if the shapes do not tell.', lookSizePlaceholder: 'found out',
      id: 'Id', idHelp: 'Letters, digits, dots and dashes. Made from the name when left empty.',
      choices: 'What the file may not say', name: 'Name',
      size: 'Input size', sizeHelp: 'Not in the file: this is usual. Height × width in pixels; pictures are brought to it.',
      sizeHelpFile: 'As the file says. The network takes other sizes too.',
      normalisation: 'Normalisation', normalisationFile: 'As the file says', normalisationUsual: 'As is usual for this network',
      normalisationCustom: 'Other numbers…', formula: '(x / 255 − mean) / standard deviation',
      normalisationAsked: 'The file does not say how pictures were normalised in training. A wrong choice costs accuracy: look it up where the model comes from.',
      normalisations: {
        imagenet: 'ImageNet’s mean and deviation', half: 'To [−1, 1]', unit: 'To [0, 1]', cifar: 'CIFAR’s mean and deviation', mnist: 'MNIST’s mean and deviation',
        caffe: 'Blue, green, red less ImageNet’s means (Keras ResNet50)'
      },
      mean: 'Mean', deviation: 'Standard deviation',
      classes: '1 class | {count} classes', classesNumbered: 'Numbered 0 to {last}', classesFile: 'As the file says', classesTyped: 'Type, paste or read from a file…',
      classesOf: 'As in {name}', classesCount: '{given} of {wanted} names', classesNumberedHelp: 'The file does not name them. Name them to carry the head over to a data set of the same classes.',
      names: 'Class names', namesHelp: 'One per line, in the order of the outputs. Commas or a JSON list will do too.', namesFile: 'Read from a file…',
      noHead: 'The file has no head that tells classes apart: a transfer makes a new one.',
      look: 'Look at it', stopLooking: 'Stop looking', start: 'Import', running: 'Importing {name}', copying: 'Reading and copying the weights',
      failedTitle: 'This could not be imported', cancelled: 'Cancelled. Nothing was kept.', another: 'Import another',
      doneTitle: '“{name}” was imported', doneHint: 'It is among your models now, and can be the source of a transfer.'
    },
    inspection: {
      title: 'What was recognised', looking: 'Reading the file', file: 'Kind', naming: 'Names as in', input: 'Input', parameters: 'Parameters', classes: 'Classes',
      from: { given: 'as given', file: 'from the file', usual: 'usual; not in the file' },
      noHead: 'none: a backbone without a head', folded: 'Batch normalisation is folded into the convolutions: the network has none of its own.',
      cut: 'The file ends after {layer}: the network is cut there.',
      about: { 'read': 'Read:', 'left-out': 'Left out:', 'assumed': 'Assumed:', 'asked': 'Asked:' },
      allMatched: 'Every tensor of the file found its place.',
      unmatchedNote: 'One tensor of the file found no place and would be left out. | {count} tensors of the file found no place and would be left out.',
      unmatched: 'The tensor that was not matched | {count} tensors that were not matched', firstOnly: 'The first {shown} are listed.'
    },
    problems: {
      'path-missing': 'Choose a file or a folder first.',
      'id-form': 'Use letters, digits, dots, dashes and underscores only, and begin with a letter or a digit.',
      'id-taken': 'There is already a model with this id. Choose another.',
      'size-form': 'Enter a height and a width in pixels, e.g. 32 or 32 × 48.',
      'size-range': 'Height and width are whole pixels from 1 to 4096.',
      numbers: 'Enter one number, or {count}, one per channel.',
      'positive-numbers': 'Enter one number above 0, or {count}, one per channel.',
      'names-count': 'The model tells {wanted} classes apart, but these are {given} names.',
      'names-twice': 'Each class needs a name of its own; there twice: {names}.'
    }
  },
  zh: {
    import: {
      title: '导入模型', intro: 'Graft 会先查看文件，在点击“导入”之前不会复制任何内容。',
      drop: '将模型文件、含有 model.json 的文件夹，或 model.json 及其权重文件一起拖到此处。',
      chooseFile: '选择文件…', chooseFolder: '选择文件夹…', chooseOther: '另选文件…',
      path: '文件或文件夹', pathHelp: '文件夹指 TensorFlow.js 模型：model.json 及其权重。',
      more: '更多设置', format: '类型', formatAuto: '根据内容自动判断',
      architecture: '架构', architectureAuto: '自动识别',
      architectureHelp: '根据名称和形状判断。选择其一，即可查看不符之处。',
      lookSize: '训练时的大小', lookSizeHelp: '高 × 宽（像素），仅在形状无法确定时需要。', lookSizePlaceholder: '自动判断',
      id: '标识', idHelp: '字母、数字、点和短横线。留空则由名称生成。',
      choices: '文件可能未注明的内容', name: '名称',
      size: '输入大小', sizeHelp: '文件未注明，此为常用值。高 × 宽（像素）；图像会调整为此大小。',
      sizeHelpFile: '按文件注明。该网络也接受其他大小。',
      normalisation: '归一化', normalisationFile: '按文件注明', normalisationUsual: '按此类网络的惯例',
      normalisationCustom: '其他数值…', formula: '(x / 255 − 均值) / 标准差',
      normalisationAsked: '文件未注明训练时图像的归一化方式。选错会降低准确率：请查阅模型的来源说明。',
      normalisations: {
        imagenet: 'ImageNet 的均值与标准差', half: '缩放到 [−1, 1]', unit: '缩放到 [0, 1]', cifar: 'CIFAR 的均值与标准差', mnist: 'MNIST 的均值与标准差',
        caffe: '蓝、绿、红减去 ImageNet 均值（Keras ResNet50）'
      },
      mean: '均值', deviation: '标准差',
      classes: '1 个类别 | {count} 个类别', classesNumbered: '编号 0 到 {last}', classesFile: '按文件注明', classesTyped: '输入、粘贴或从文件读取…',
      classesOf: '与 {name} 相同', classesCount: '已有 {given} 个名称，共需 {wanted} 个', classesNumberedHelp: '没有注明名称。命名后，可在类别相同的数据集上沿用分类头。',
      names: '类别名称', namesHelp: '按输出顺序每行一个；也可用逗号分隔或 JSON 列表。', namesFile: '从文件读取…',
      noHead: '该文件没有区分类别的分类头：迁移时会生成新的分类头。',
      look: '查看', stopLooking: '停止查看', start: '导入', running: '正在导入 {name}', copying: '正在读取并复制权重',
      failedTitle: '无法导入', cancelled: '已取消，未保留任何内容。', another: '再导入一个',
      doneTitle: '已导入“{name}”', doneHint: '它现在位于您的模型之中，可用作迁移的源模型。'
    },
    inspection: {
      title: '识别结果', looking: '正在读取文件', file: '类型', naming: '命名方式', input: '输入', parameters: '参数量', classes: '类别',
      from: { given: '按指定', file: '文件注明', usual: '惯例；文件未注明' },
      noHead: '无：没有分类头的骨干网络', folded: '批归一化已并入卷积：网络中没有单独的批归一化。',
      cut: '文件止于 {layer}：网络在此处截断。',
      about: { 'read': '读取：', 'left-out': '不导入：', 'assumed': '假定：', 'asked': '待确认：' },
      allMatched: '文件中的每个张量都找到了位置。',
      unmatchedNote: '文件中有 1 个张量没有找到位置，将不予采用。 | 文件中有 {count} 个张量没有找到位置，将不予采用。',
      unmatched: '1 个未匹配的张量 | {count} 个未匹配的张量', firstOnly: '仅列出前 {shown} 个。'
    },
    problems: {
      'path-missing': '请先选择文件或文件夹。',
      'id-form': '只能使用字母、数字、点、短横线和下划线，并以字母或数字开头。',
      'id-taken': '已有使用此标识的模型，请换一个。',
      'size-form': '请输入以像素为单位的高和宽，例如 32 或 32 × 48。',
      'size-range': '高和宽须为 1 到 4096 的整数像素。',
      numbers: '请输入 1 个数值，或每个通道一个，共 {count} 个。',
      'positive-numbers': '请输入 1 个大于 0 的数值，或每个通道一个，共 {count} 个。',
      'names-count': '该模型区分 {wanted} 个类别，但给出了 {given} 个名称。',
      'names-twice': '每个类别的名称须各不相同；重复的有：{names}。'
    }
  }
}
