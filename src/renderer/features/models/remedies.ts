import type { ErrorValue } from '../../../contract/errors'
import type { ArchitectureSummary, ModelFormat } from '../../../contract/models'
import type { Text } from '../../../contract/text'

interface Known { formats: readonly ModelFormat[], architectures: readonly ArchitectureSummary[] }

/** What to do, where the engine's advice speaks of the terminal's flags and the dialogue has a field for it. */
const remedies: Record<string, (known: Known) => Text> = {
  'format-unknown': ({ formats }) => {
    const named = (language: 'en' | 'zh'): string[] => formats.filter(({ canImport }) => canImport)
      .map(({ title, extensions }) => `${title[language]} (${extensions.join(', ')})`)
    return {
      en: `Choose a file or folder of ${named('en').join('; ')}, or choose its kind under “More settings”.`,
      zh: `请选择以下格式的文件或文件夹：${named('zh').join('；')}；或在“更多设置”中选择其类型。`
    }
  },
  'architecture-not-recognised': ({ architectures }) => ({
    en: `Graft knows ${architectures.map(({ title }) => title.en).join(', ')}. Choose one under “More settings” to hear what does not fit it.`,
    zh: `Graft 支持 ${architectures.map(({ title }) => title.zh).join('、')}。可在“更多设置”中选择其一，以查看不符之处。`
  }),
  'size-misfit': () => ({
    en: 'Choose another input size under “More settings”, or leave it empty.', zh: '请在“更多设置”中改用其他输入大小，或将其留空。'
  }),
  'model-exists': () => ({ en: 'Choose another id under “More settings”.', zh: '请在“更多设置”中换一个标识。' })
}

export const inWindow = (error: ErrorValue, known: Known): ErrorValue => {
  const remedy = remedies[error.code]?.(known)
  return remedy ? { ...error, remedy } : error
}

/** Whether what to do is among the folded settings. */
export const isUnderMore = ({ code }: ErrorValue): boolean => code in remedies
