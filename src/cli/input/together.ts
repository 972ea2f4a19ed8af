import type { Command } from 'commander'
import type { Text } from '../../contract/text'
import { usageError } from '../output/errors'

/**
 * Refuses flags that a person gave and that would be ignored.
 * @param ignored tells of an option, by its name in camel case, whether it would be
 * @param because why, as a whole sentence
 * @throws GraftError (usage) that names the first of them
 */
export function refuseIgnored(command: Command, ignored: (name: string) => boolean, because: Text): void {
  const found = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli' && ignored(option.attributeName()))
  if (found.length === 0) return
  const flags = found.map(({ long }) => long ?? '')
  throw usageError('flag-ignored', {
    en: `${flags.join(', ')} would have no effect here. ${because.en}`, zh: `${flags.join('、')} 在此不起作用。${because.zh}`
  }, { field: flags[0]!.slice(2), remedy: { en: flags.length === 1 ? 'Leave it out.' : 'Leave them out.', zh: '请去掉。' } })
}
