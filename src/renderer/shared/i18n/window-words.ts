import type { Text } from '../../../contract/text'

/**
 * What messages say of the command line, in the words of the window: a flag is a field here. `test/window-words.test.ts`
 * goes through every message that can come from main or a worker.
 */
const words: readonly { en: [RegExp, string], zh: [RegExp, string] }[] = [
  { en: [/ with --id\b/, ''], zh: [/用 --id 指定/, '指定'] },
  { en: [/ \(--functions true\)/, ''], zh: [/（--functions true）/, ''] },
  { en: [/another --id\b/, 'another id'], zh: [/另一个 --id/, '另一个标识'] },
  { en: [/choose another folder with --data-dir or GRAFT_DATA_DIR/, 'choose another data folder'], zh: [/用 --data-dir 或 GRAFT_DATA_DIR 选择其他文件夹/, '选择其他数据文件夹'] },
  { en: [/choose other folders with GRAFT_DATA_DIR and GRAFT_CACHE_DIR/, 'choose another data folder'], zh: [/用 GRAFT_DATA_DIR 和 GRAFT_CACHE_DIR 选择其他文件夹/, '选择其他数据文件夹'] },
  { en: [/name the format with --format/, 'choose its kind under “Kind”'], zh: [/用 --format 指定格式/, '在“类型”中指定'] },
  { en: [/Leave out --format/, 'Let Graft find out the kind'], zh: [/请省略 --format/, '请让 Graft 自动判断类型'] },
  { en: [/a smaller --size/, 'a smaller picture size'], zh: [/用 --size 选择更小的尺寸/, '选择更小的图像尺寸'] },
  { en: [/--folders classes reads them/, '“Folders stand for” can read them'], zh: [/用 --folders classes 可将其读作类别/, '可在“文件夹含义”中改为类别'] },
  { en: [/--folders domains keeps them/, '“Folders stand for” can keep them'], zh: [/用 --folders domains 可将其分开/, '可在“文件夹含义”中改为域'] },
  { en: [/--folders inner-classes makes each/, '“Folders stand for” can make each'], zh: [/用 --folders inner-classes 可使其各为类别/, '可在“文件夹含义”中改为各自为类别'] },
  {
    en: [/--unlabelled class reads it as a class, --unlabelled leave-out leaves it out/, '“Without labels” under “More settings” changes that'],
    zh: [/用 --unlabelled class 可读作类别，用 --unlabelled leave-out 可略过/, '可在“更多设置”的“没有标签的图像”中更改']
  },
  { en: [/--unlabelled leave-out leaves them out/, '“Without labels” can leave them out'], zh: [/用 --unlabelled leave-out 可略过/, '可在“没有标签的图像”中略过'] },
  { en: [/say with --folders classes that these are classes/, 'choose classes under “Folders stand for”'], zh: [/请用 --folders classes 说明/, '请在“文件夹含义”中选择类别'] },
  { en: [/Choose another with --port, or 0 for any that is free/, 'Switch it on again: any port that is free will do'], zh: [/请用 --port 选择其他端口，或用 0 选取任一空闲端口/, '请重新打开：将选取任一空闲端口'] },
  { en: [/say --replace/, 'let it replace the old one'], zh: [/使用 --replace/, '替换原有的文件'] },
  { en: [/name one with --architecture/, 'choose one under “Architecture”'], zh: [/用 --architecture 指定其一/, '在“架构”中指定其一'] },
  { en: [/Add one with `graft datasets add PATH`/, 'Add one under Data'], zh: [/用 `graft datasets add PATH` 添加/, '在“数据”页面添加'] },
  { en: [/`graft runs list` shows the runs there are/, 'The Runs screen shows the runs there are'], zh: [/用 `graft runs list` 查看/, '在“运行”页面查看'] },
  { en: [/see graft models list/, 'see Models'], zh: [/见 graft models list/, '见“模型”页面'] },
  { en: [/see graft runs show RUN/, 'see the run’s screen'], zh: [/见 graft runs show RUN/, '见该运行的页面'] }
]

/** A message as the window says it. */
export function windowWords(text: Text): Text {
  return {
    en: words.reduce((said, { en: [found, instead] }) => said.replace(found, instead), text.en),
    zh: words.reduce((said, { zh: [found, instead] }) => said.replace(found, instead), text.zh)
  }
}
