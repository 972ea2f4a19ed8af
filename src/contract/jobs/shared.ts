import type { ImportProgress } from '../datasets'
import type { Text } from '../text'

// Words that several kinds of job share.

export const tryAgain: Text = { en: 'Try again.', zh: '请重试。' }
export const importAgain: Text = { en: 'Nothing half-made was kept; start the import again.', zh: '没有留下不完整的数据；请重新导入。' }

export const notImported = (title: string): Text => ({ en: `“${title}” was not imported.`, zh: `“${title}”未能导入。` })

export const importPhases: Readonly<Record<ImportProgress['phase'], Text>> = {
  looking: { en: 'Looking at the files', zh: '正在查看文件' },
  unpacking: { en: 'Unpacking', zh: '正在解压' },
  reading: { en: 'Reading images', zh: '正在读取图像' },
  finishing: { en: 'Finishing', zh: '正在收尾' }
}
