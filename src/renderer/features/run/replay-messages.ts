/** Words of what was watched of a training. */
export const replayMessages = {
  en: {
    title: 'As it learned',
    epoch: 'After epoch {epoch} of {epochs}', start: 'Before the first step', stageEpoch: 'Stage {stage}, after epoch {epoch}', kept: 'the epoch that is kept',
    slider: 'Epoch to look at', play: 'Play', pause: 'Pause',
    pictures: 'A few pictures of {name}', held: 'They are held out of the training.', trained: 'The training shows them too.',
    noLabels: 'Their labels were not granted: whether an answer is right is not known.',
    taken: 'taken for {class}', takenOf: '{truth}, taken for {class}', was: 'before: {class}',
    cloud: 'Both domains as the network sees them', colour: 'Colour', domain: 'Domain', class: 'Class', error: 'Right or wrong',
    trails: 'Trails', close: 'Zoom to this epoch',
    plane: 'One plane for all epochs: the two main directions of the features before the first step ({share} of what varied then). A point that moves was moved by the training.',
    marks: 'From the eleventh class on the colours come again, with a stroke in the point. Press a class to see it alone.',
    hollow: 'Hollow: the label was not granted, the colour is the class it is taken for.', unknown: 'Grey: the label was not granted.',
    right: 'right', wrong: 'wrong (hollow)', notKnown: 'not known',
    aDistance: 'Proxy A-distance', mmd: 'MMD', aDistanceHelp: '0: a rule cannot tell the domains apart by their features; 2: it always can.',
    summary: '{moment}. {points} points of {domains}. The middles of source and target lie {apart} apart, in spreads of the start. {distances}{answers}',
    distances: 'Proxy A-distance {aDistance} of 2, MMD {mmd}. ', answers: '{name}: {right} of {labelled} answered right. '
  },
  zh: {
    title: '学习过程',
    epoch: '第 {epoch} 轮之后，共 {epochs} 轮', start: '第一步之前', stageEpoch: '第 {stage} 阶段，第 {epoch} 轮之后', kept: '保留的轮次',
    slider: '查看的轮次', play: '播放', pause: '暂停',
    pictures: '“{name}”中的几张图像', held: '它们不参与训练。', trained: '它们也参与训练。',
    noLabels: '未授予其标签：无法得知回答是否正确。',
    taken: '被判为 {class}', takenOf: '{truth}，被判为 {class}', was: '之前：{class}',
    cloud: '网络眼中的两个域', colour: '颜色', domain: '域', class: '类别', error: '对或错',
    trails: '轨迹', close: '放大到本轮',
    plane: '所有轮次使用同一平面：第一步之前特征变化最大的两个方向（占当时变化的 {share}）。点的移动即训练所致。',
    marks: '从第十一类起颜色重复，点中带有短线。点击某个类别可单独查看。',
    hollow: '空心：未授予标签，颜色为所判类别。', unknown: '灰色：未授予标签。',
    right: '正确', wrong: '错误（空心）', notKnown: '未知',
    aDistance: '代理 A 距离', mmd: 'MMD', aDistanceHelp: '0：无法凭特征区分两个域；2：总能区分。',
    summary: '{moment}。{domains} 的 {points} 个点。源与目标的中心相距 {apart}（以开始时的散布为单位）。{distances}{answers}',
    distances: '代理 A 距离 {aDistance}（最大 2），MMD {mmd}。', answers: '{name}：{labelled} 个中 {right} 个回答正确。'
  }
}
