/** Of pictures taken for the classes of a data set; under `datasets.camera`. */
export const cameraMessages = {
  en: {
    intro: 'Name a class, then take pictures of it: ten of each are a beginning. They are kept in your data folder, below “camera”; press one to delete it.',
    class: 'Class', classPlaceholder: 'e.g. cup', classForm: 'Use a name that can be a folder’s: no slash, colon, star, question mark, quotation mark, angle bracket or bar in it, and no dot at its ends.',
    goOn: 'Pictures go to', anew: 'a new folder', earlier: '{folder} ({names})',
    taken: 'Pictures taken', count: '{name}: {count}', none: 'No picture yet.', oneClass: 'A model needs two classes at least to tell apart: take pictures of another.',
    picture: 'Delete picture {file} of {name}', use: 'Use these pictures', back: 'Back'
  },
  zh: {
    intro: '先填写类别名称，再拍摄该类别的图像：每类十张即可开始。图像保存在数据文件夹的“camera”目录中；点击图像即可删除。',
    class: '类别', classPlaceholder: '例如：杯子', classForm: '名称须可用作文件夹名：不含斜杠、冒号、星号、问号、引号、尖括号和竖线，首尾不能是点。',
    goOn: '图像存入', anew: '新文件夹', earlier: '{folder}（{names}）',
    taken: '已拍摄的图像', count: '{name}：{count}', none: '尚无图像。', oneClass: '模型至少需要两个类别才能区分：请再拍摄另一类。',
    picture: '删除“{name}”的图像 {file}', use: '使用这些图像', back: '返回'
  }
}
