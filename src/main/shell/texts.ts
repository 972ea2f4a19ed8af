import type { Command } from '../../contract/app'
import type { Text } from '../../contract/text'

/** Names of the window's commands in the menu. */
export const commandTexts: Record<Command, Text> = {
  'new-transfer': { en: 'New transfer', zh: '新建迁移' },
  'add-dataset': { en: 'Add a data set…', zh: '添加数据集…' },
  'import-model': { en: 'Import a model…', zh: '导入模型…' },
  'start': { en: 'Start', zh: '开始' },
  'stop': { en: 'Stop', zh: '停止' },
  'find': { en: 'Find', zh: '查找' },
  'palette': { en: 'Command palette…', zh: '命令面板…' },
  'help': { en: 'Keyboard shortcuts', zh: '键盘快捷键' },
  'screen-transfer': { en: 'Transfer', zh: '迁移' },
  'screen-runs': { en: 'Runs', zh: '运行' },
  'screen-compare': { en: 'Compare', zh: '对比' },
  'screen-datasets': { en: 'Data', zh: '数据' },
  'screen-models': { en: 'Models', zh: '模型' },
  'screen-settings': { en: 'Settings', zh: '设置' }
}

/** The native menu's other words. */
export const menuTexts = {
  file: { en: 'File', zh: '文件' },
  edit: { en: 'Edit', zh: '编辑' },
  view: { en: 'View', zh: '视图' },
  run: { en: 'Run', zh: '运行' },
  window: { en: 'Window', zh: '窗口' },
  help: { en: 'Help', zh: '帮助' },
  undo: { en: 'Undo', zh: '撤销' },
  redo: { en: 'Redo', zh: '重做' },
  cut: { en: 'Cut', zh: '剪切' },
  copy: { en: 'Copy', zh: '复制' },
  paste: { en: 'Paste', zh: '粘贴' },
  selectAll: { en: 'Select all', zh: '全选' },
  resetZoom: { en: 'Actual size', zh: '实际大小' },
  zoomIn: { en: 'Zoom in', zh: '放大' },
  zoomOut: { en: 'Zoom out', zh: '缩小' },
  fullScreen: { en: 'Full screen', zh: '全屏' },
  minimise: { en: 'Minimise', zh: '最小化' },
  close: { en: 'Close window', zh: '关闭窗口' },
  quit: { en: 'Quit Graft', zh: '退出 Graft' },
  about: { en: 'About Graft', zh: '关于 Graft' },
  hide: { en: 'Hide Graft', zh: '隐藏 Graft' },
  hideOthers: { en: 'Hide others', zh: '隐藏其他' },
  developer: { en: 'Developer tools', zh: '开发者工具' },
  reload: { en: 'Reload', zh: '重新加载' }
} satisfies Record<string, Text>

/** What the window asks when it is closed while something works. */
export const closingTexts = {
  title: { en: 'A job is still running', zh: '仍有任务在运行' },
  detail: (titles: string): Text => ({
    en: `${titles}\n\nWhat has been learned up to the last checkpoint is kept in any case.`,
    zh: `${titles}\n\n无论如何，截至最近检查点的训练结果都会保留。`
  }),
  background: { en: 'Keep running in the background', zh: '在后台继续运行' },
  afterEpoch: { en: 'Stop after this epoch', zh: '本轮结束后停止' },
  now: { en: 'Stop now', zh: '立即停止' },
  stay: { en: 'Cancel', zh: '取消' },
  stopping: { en: 'Graft closes after this epoch.', zh: 'Graft 将在本轮结束后关闭。' },
  show: { en: 'Show Graft', zh: '显示 Graft' },
  working: { en: 'Graft is working', zh: 'Graft 正在运行' }
} satisfies Record<string, Text | ((titles: string) => Text)>

/** What is asked before the camera is used. */
export const cameraTexts = {
  title: { en: 'May Graft use the camera?', zh: '允许 Graft 使用摄像头吗？' },
  detail: {
    try: {
      en: 'Only here, and only while the camera is on. No sound is recorded. Pictures are kept when you press the button, stay on this computer, and are deleted when you close the camera.',
      zh: '仅在此处、仅在摄像头开启时使用，不录制声音。只有按下按钮才会保存图像；图像留在本机，关闭摄像头后即删除。'
    },
    classes: {
      en: 'Only here, and only while the camera is on. No sound is recorded. Pictures are kept when you press the button, in your data folder; they stay on this computer.',
      zh: '仅在此处、仅在摄像头开启时使用，不录制声音。只有按下按钮才会保存图像；图像保存在您的数据文件夹中，不会离开本机。'
    }
  },
  allow: { en: 'Allow', zh: '允许' },
  refuse: { en: 'Do not allow', zh: '不允许' }
}

/** Endings of runs, for the system's notifications while the window is out of sight. */
export const endTexts: Partial<Record<string, Text>> = {
  done: { en: 'is done', zh: '已完成' },
  failed: { en: 'failed', zh: '失败' },
  interrupted: { en: 'was interrupted', zh: '已中断' }
}

export const noticeTexts = {
  settingsSetAside: (path: string): Text => ({
    en: `The settings could not be read and begin anew; the old file is kept as ${path}.`,
    zh: `设置无法读取，已恢复默认；旧文件保留为 ${path}。`
  }),
  interrupted: (name: string): Text => ({
    en: `“${name}” was interrupted when Graft last ended.`, zh: `Graft 上次退出时“${name}”被中断。`
  }),
  offerResume: { en: 'Open it under Runs and press Resume to go on from its last checkpoint.', zh: '请在“运行”中打开它并点击“继续”，从最近的检查点接着训练。' },
  modelMissing: (reason: Text): Text => ({
    en: `The model that comes with Graft could not be read. ${reason.en}`, zh: `Graft 自带的模型无法读取。${reason.zh}`
  }),
  dataFolderBack: { en: 'The data folder is back; what waited goes on.', zh: '数据文件夹已恢复；等待中的任务将继续。' },
  samplesMissing: (reason: Text): Text => ({
    en: `The embedded sample could not be installed. ${reason.en}`, zh: `内置样例未能安装。${reason.zh}`
  })
}

/** The page that stands in for the window's own when that crashed again and again. */
export const crashTexts = {
  title: { en: 'Graft\'s window has crashed several times.', zh: 'Graft 的窗口已多次崩溃。' },
  text: {
    en: 'Trainings and other jobs go on without it, and nothing is lost. Reload it to try again. If it crashes once more, restart Graft, and tell us with the details below.',
    zh: '训练和其他任务不受影响，数据没有丢失。请重新载入再试。若再次崩溃，请重启 Graft，并将以下详情告诉我们。'
  },
  reload: { en: 'Reload', zh: '重新载入' },
  copy: { en: 'Copy details', zh: '复制详情' },
  copied: { en: 'Copied', zh: '已复制' }
}
