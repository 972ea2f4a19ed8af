import { defineMessages } from '../../shared/i18n'
import { cameraMessages } from './camera-messages'
import { deriveMessages } from './derive-messages'
import { doctorMessages, mendMessages } from './doctor-messages'
import { labelMessages } from './label-messages'
import { knownMessages } from './known-messages'

export const datasetsMessages = defineMessages({
  en: {
    datasets: {
      tabs: { pictures: 'Pictures', classes: 'Classes', doctor: 'Doctor', label: 'Label', about: 'About' },
      purpose: 'Data sets to learn from and to transfer to. Drop a folder or an archive anywhere to add one.',
      add: 'Add…',
      search: 'Search data sets',
      listLabel: 'Data sets',
      sample: 'Sample',
      unlabelled: 'no labels',
      shape: '{height} × {width}, {channels}',
      colour: 'colour',
      grey: 'grey',
      browse: 'Browse pictures',
      useAsTarget: 'Use as target',
      remove: 'Delete',
      rename: 'Rename',
      renameField: 'New name of {name}',
      derivedFrom: '{name}; left out: {without}',
      actionsFor: 'Actions for {name}',
      contactSheet: 'Some pictures of {name}',
      emptyTitle: 'No data sets yet',
      empty: 'Add a folder of pictures, or one of the known archives: CIFAR, MNIST and their relatives are recognised.',
      noMatch: 'No data set matches “{query}”.',
      damagedTitle: 'One data set could not be read and was set aside. | {count} data sets could not be read and were set aside.',
      gone: 'This data set is no longer there.',
      back: 'All data',
      perClassTitle: 'Images per class',
      perClassHint: 'Choose a bar to see its pictures.',
      facts: {
        title: 'About this data set', id: 'Id', images: 'Images', classes: 'Classes', shape: 'Shape', size: 'On disk', origin: 'Origin', derived: 'Made of',
        format: 'Format', imported: 'Added', preparation: 'Preparation', validation: 'Validation', licence: 'Licence',
        attribution: 'Attribution', skipped: 'Skipped', mean: 'Mean', deviation: 'Standard deviation'
      },
      sourceChanged: '{origin} has changed since it was added.', importAgain: 'Import again…',
      validationDrawn: '{percent} of the training images, drawn by class with seed {seed}',
      skippedTitle: 'One file was left out | {count} files were left out',
      skippedMore: 'The first {shown} are listed.',
      gallery: {
        split: 'Split', class: 'Class', allClasses: 'Every class', domain: 'Domain', allDomains: 'Every domain', size: 'Size',
        small: 'Small', medium: 'Medium', large: 'Large',
        count: 'no pictures | 1 picture | {count} pictures', reading: 'Reading labels…',
        none: 'No picture here.', noneOfClass: 'No picture of this class in this split.'
      },
      import: {
        title: 'Add a data set', intro: 'Graft copies the pictures into its own folder and leaves the originals as they are.',
        path: 'Folder or file', pathHelp: 'A folder of pictures (class/… or train/class/…), a table of paths, a known data set, or a .zip or .tar.gz of one.',
        drop: 'Drop a folder or a file here, or choose one.', chooseFolder: 'Choose folder…', chooseFile: 'Choose file…',
        format: 'Kind', formatAuto: 'Find out from the content', id: 'Id',
        idHelp: 'Letters, digits, dots and dashes. Made from the name when left empty.',
        size: 'Picture size', sizeHelp: 'Height × width in pixels, e.g. 32 or 32 × 48. Left empty, the size in the files stays.',
        sizePlaceholder: 'as in the files', validation: 'Kept for validation', validationHelp: 'Per cent of the training images, drawn evenly by class. Used only if the data have no validation split.',
        fit: 'Pictures of another shape', fitHelp: 'How they are brought to that size.',
        fits: { stretch: 'Stretch', crop: 'Crop around the middle', pad: 'Pad with black' },
        unlabelled: 'Without labels', unlabelledHelp: 'What folders named “unlabelled” are, and many pictures beside class folders.',
        unlabelledChoices: { ask: 'By their names, or asked', wait: 'Pictures that wait for a label', class: 'A class', 'leave-out': 'Left out' },
        folders: 'Folders stand for', foldersHelp: 'What the folders directly inside it are.',
        folderMeanings: {
          auto: 'Find out from their names', classes: 'Classes', domains: 'Domains that hold classes', splits: 'Splits; any other is left out',
          'inner-classes': 'Classes by the innermost folders',
          'file-names': 'Nothing: classes by how the files’ names begin', unlabelled: 'Nothing: pictures without labels'
        },
        source: 'Compare with', sourceHelp: 'A model you mean to transfer: its classes, and what its pictures look like.', noSource: 'Nothing',
        leaveOutCopies: 'Leave out training images that are exact copies of test images',
        start: 'Add', more: 'More settings',
        running: 'Adding {name}', phaseCount: '{done} of {total} images', phaseCountOpen: '{done} images',
        speed: '{speed} images per second', skipped: 'nothing skipped | 1 file skipped | {count} files skipped',
        doneTitle: '“{name}” was added', doneSkipped: 'One file was left out because it could not be read. | {count} files were left out because they could not be read.',
        showSkipped: 'See which', open: 'Look at it', another: 'Add another',
        failedTitle: 'This could not be added', cancelled: 'Cancelled. Nothing was added. Pictures that were already read are kept for a week: add the same again to go on from there.'
      },
      features: {
        open: 'Save features…', title: 'Save features',
        intro: 'What a model sees in each picture, as numbers for NumPy, pandas and the like, with labels and file names.',
        model: 'Seen by', split: 'Pictures', splits: { all: 'All', train: 'Training', validation: 'Validation', test: 'Test' },
        format: 'Form', formats: { npy: 'NumPy array (.npy), labels in a .csv beside it', parquet: 'Parquet, all in one file' },
        noModel: 'There is no model yet that could look at them. Import one, or train one.', start: 'Save as…'
      },
      camera: cameraMessages.en,
      derive: deriveMessages.en,
      doctor: doctorMessages.en,
      label: labelMessages.en,
      mend: mendMessages.en,
      known: knownMessages.en,
      inspection: {
        title: 'What was found', look: 'Look first', looking: 'Looking at the pictures', nothing: 'Nothing was found that would harm a training.',
        domains: 'domains {names}', allOf: 'all of {size}', sizes: 'from {smallest} to {largest}', unlabelled: '{count} of them without a label', becomes: 'becomes {size}', without: 'left out: {names}', assumed: 'Taken for granted', answerFirst: 'Choose how it is to be read before it is added.',
        exact: 'Identical pictures ({count})', near: 'Pictures that look alike ({count})',
        broken: 'One file will be left out | {count} files will be left out'
      },
      problems: {
        'path-missing': 'Choose a folder or a file first.',
        'id-form': 'Use letters, digits, dots, dashes and underscores only, and begin with a letter or a digit.',
        'id-taken': 'There is already a data set with this id. Choose another.',
        'size-form': 'Enter a height and a width in pixels, e.g. 32 or 32 × 48.',
        'size-range': 'Height and width are whole pixels from 1 to 4096.',
        'validation-form': 'Enter a per cent value, e.g. 10.',
        'validation-range': 'Enter a value from 0 to 90.'
      }
    }
  },
  zh: {
    datasets: {
      tabs: { pictures: '图像', classes: '类别', doctor: '诊断', label: '标注', about: '关于' },
      purpose: '用于学习和迁移的数据集。将文件夹或压缩包拖到任意位置即可添加。',
      add: '添加…',
      search: '搜索数据集',
      listLabel: '数据集',
      sample: '示例',
      unlabelled: '无标签',
      shape: '{height} × {width}，{channels}',
      colour: '彩色',
      grey: '灰度',
      browse: '浏览图像',
      useAsTarget: '用作目标',
      remove: '删除',
      rename: '重命名',
      renameField: '{name} 的新名称',
      derivedFrom: '{name}；已排除：{without}',
      actionsFor: '{name} 的操作',
      contactSheet: '{name} 的部分图像',
      emptyTitle: '还没有数据集',
      empty: '添加一个图像文件夹，或已知格式的压缩包：CIFAR、MNIST 及同类格式可自动识别。',
      noMatch: '没有与“{query}”匹配的数据集。',
      damagedTitle: '有 1 个数据集无法读取，已搁置。 | 有 {count} 个数据集无法读取，已搁置。',
      gone: '此数据集已不存在。',
      back: '全部数据',
      perClassTitle: '每类图像数',
      perClassHint: '点选条形即可查看其图像。',
      facts: {
        title: '关于此数据集', id: '标识', images: '图像', classes: '类别', shape: '形状', size: '占用空间', origin: '来源', derived: '由此生成',
        format: '格式', imported: '添加时间', preparation: '预处理', validation: '验证集', licence: '许可',
        attribution: '署名', skipped: '已跳过', mean: '均值', deviation: '标准差'
      },
      sourceChanged: '{origin} 在添加之后有变动。', importAgain: '重新导入…',
      validationDrawn: '训练图像的 {percent}，按类别以种子 {seed} 抽取',
      skippedTitle: '有 1 个文件被跳过 | 有 {count} 个文件被跳过',
      skippedMore: '仅列出前 {shown} 个。',
      gallery: {
        split: '划分', class: '类别', allClasses: '全部类别', domain: '域', allDomains: '全部域', size: '大小',
        small: '小', medium: '中', large: '大',
        count: '没有图像 | 1 张图像 | {count} 张图像', reading: '正在读取标签…',
        none: '此处没有图像。', noneOfClass: '此划分中没有该类别的图像。'
      },
      import: {
        title: '添加数据集', intro: 'Graft 会将图像复制到自己的文件夹，原文件保持不变。',
        path: '文件夹或文件', pathHelp: '图像文件夹（类别/… 或 train/类别/…）、路径表格、已知数据集，或其 .zip、.tar.gz 压缩包。',
        drop: '将文件夹或文件拖到此处，或进行选择。', chooseFolder: '选择文件夹…', chooseFile: '选择文件…',
        format: '类型', formatAuto: '根据内容自动判断', id: '标识',
        idHelp: '字母、数字、点和短横线。留空则由名称生成。',
        size: '图像大小', sizeHelp: '高 × 宽（像素），例如 32 或 32 × 48。留空则保持文件中的大小。',
        sizePlaceholder: '与文件一致', validation: '留作验证', validationHelp: '训练图像的百分比，按类别均匀抽取；仅在没有验证集时使用。',
        fit: '形状不同的图像', fitHelp: '如何调整为所需大小。',
        fits: { stretch: '拉伸', crop: '居中裁剪', pad: '以黑色填充' },
        unlabelled: '没有标签的图像', unlabelledHelp: '名为“未标注”的文件夹，以及类别文件夹旁的许多图像是什么。',
        unlabelledChoices: { ask: '根据名称判断或询问', wait: '等待标注的图像', class: '一个类别', 'leave-out': '略过' },
        folders: '文件夹含义', foldersHelp: '直接包含的文件夹代表什么。',
        folderMeanings: { auto: '根据名称判断', classes: '类别', domains: '含有类别的域', splits: '划分；其他略过', 'inner-classes': '以最内层文件夹为类别', 'file-names': '无：以文件名的开头为类别', 'unlabelled': '无：没有标签的图像' },
        source: '比较对象', sourceHelp: '打算迁移的模型：比较其类别以及图像外观。', noSource: '无',
        leaveOutCopies: '在训练中去掉与测试图像完全相同的副本',
        start: '添加', more: '更多设置',
        running: '正在添加 {name}', phaseCount: '{done} / {total} 张图像', phaseCountOpen: '{done} 张图像',
        speed: '每秒 {speed} 张图像', skipped: '没有跳过文件 | 已跳过 1 个文件 | 已跳过 {count} 个文件',
        doneTitle: '已添加“{name}”', doneSkipped: '有 1 个文件无法读取，已跳过。 | 有 {count} 个文件无法读取，已跳过。',
        showSkipped: '查看是哪些', open: '查看', another: '再添加一个',
        failedTitle: '无法添加', cancelled: '已取消，未添加任何内容。已读取的图像保留一周：再次添加相同内容即可继续。'
      },
      features: {
        open: '保存特征…', title: '保存特征',
        intro: '模型从每张图片中得到的数值，供 NumPy、pandas 等使用，附标签和文件名。',
        model: '所用模型', split: '图片', splits: { all: '全部', train: '训练', validation: '验证', test: '测试' },
        format: '形式', formats: { npy: 'NumPy 数组（.npy），标签在旁边的 .csv 中', parquet: 'Parquet，全部在一个文件中' },
        noModel: '还没有可用的模型。请先导入或训练一个。', start: '另存为…'
      },
      camera: cameraMessages.zh,
      derive: deriveMessages.zh,
      doctor: doctorMessages.zh,
      label: labelMessages.zh,
      mend: mendMessages.zh,
      known: knownMessages.zh,
      inspection: {
        title: '查看结果', look: '先看一看', looking: '正在查看图像', nothing: '未发现会影响训练的问题。',
        domains: '域 {names}', allOf: '均为 {size}', sizes: '{smallest} 到 {largest}', unlabelled: '其中 {count} 张没有标签', becomes: '调整为 {size}', without: '略过：{names}', assumed: '所作假定', answerFirst: '添加前请先选择如何读取。',
        exact: '完全相同的图像（{count}）', near: '相似的图像（{count}）',
        broken: '将跳过 1 个文件 | 将跳过 {count} 个文件'
      },
      problems: {
        'path-missing': '请先选择文件夹或文件。',
        'id-form': '只能使用字母、数字、点、短横线和下划线，并以字母或数字开头。',
        'id-taken': '已有使用此标识的数据集，请换一个。',
        'size-form': '请输入以像素为单位的高和宽，例如 32 或 32 × 48。',
        'size-range': '高和宽须为 1 到 4096 的整数像素。',
        'validation-form': '请输入百分比，例如 10。',
        'validation-range': '请输入 0 到 90 之间的值。'
      }
    }
  }
})
