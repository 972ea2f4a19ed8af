/** Texts of the panel that pairs two runs' answers picture by picture. */
export const flipsMessages = {
  en: {
    title: 'What changed, picture by picture',
    hint: 'The same test images, answered by “{first}” and by “{second}”. A number opens its pictures, those that “{second}” is surest of first.',
    against: 'Run to pair with the reference',
    cells: { 'fixed': 'Fixed', 'broken': 'Broken', 'both-right': 'Right in both', 'both-wrong': 'Wrong in both' },
    cellHelp: {
      'fixed': 'wrong in “{first}”, right in “{second}”', 'broken': 'right in “{first}”, wrong in “{second}”',
      'both-right': 'right in “{first}” and “{second}”', 'both-wrong': 'wrong in “{first}” and “{second}”'
    },
    share: '{count} ({share})',
    picturesGone: 'The pictures are no longer here: their data set was deleted or has changed.',
    confusions: 'What was taken for what',
    difference: 'Difference of the confusions',
    differenceHint: '“{second}” minus “{first}”: green is a change for the better, vermilion for the worse.',
    differenceCell: 'True {truth}, predicted {predicted}: {difference} images',
    differenceMany: 'The {count} largest differences',
    picture: 'true {truth}; {first}: {firstClass}; {second}: {secondClass}',
    by: '{name} says',
    sure: '{class}, {confidence} sure',
    unsure: 'These runs did not keep how sure they were: the pictures are in the order of the data.',
    order: 'Surest answers of “{name}” first.',
    explain: 'Where each looked',
    explaining: 'Asking both models',
    noMap: 'No heat map: this model has no convolution to look through.',
    looked: 'Where {name} saw “{class}” (Grad-CAM)'
  },
  zh: {
    title: '逐图像的变化',
    hint: '同一批测试图像，由“{first}”和“{second}”分别作答。点击数字可打开其中的图像，“{second}”最有把握的在前。',
    against: '与基准配对的运行',
    cells: { 'fixed': '已改正', 'broken': '变错', 'both-right': '两者都对', 'both-wrong': '两者都错' },
    cellHelp: {
      'fixed': '“{first}”答错，“{second}”答对', 'broken': '“{first}”答对，“{second}”答错',
      'both-right': '“{first}”和“{second}”都答对', 'both-wrong': '“{first}”和“{second}”都答错'
    },
    share: '{count}（{share}）',
    picturesGone: '图像已不在：其数据集已被删除或更改。',
    confusions: '混淆情况',
    difference: '混淆之差',
    differenceHint: '“{second}”减“{first}”：绿色为变好，朱红为变差。',
    differenceCell: '真实为 {truth}，预测为 {predicted}：{difference} 张图像',
    differenceMany: '差异最大的 {count} 项',
    picture: '真实 {truth}；{first}：{firstClass}；{second}：{secondClass}',
    by: '{name} 的回答',
    sure: '{class}，把握 {confidence}',
    unsure: '这些运行未保存其把握程度：图像按数据中的顺序排列。',
    order: '“{name}”最有把握的在前。',
    explain: '各自看了哪里',
    explaining: '正在询问两个模型',
    noMap: '没有热图：该模型没有可供查看的卷积层。',
    looked: '{name} 在何处看到“{class}”（Grad-CAM）'
  }
}
