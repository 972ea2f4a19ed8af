import { describe, expect, it } from 'vitest'
import { commandsOf, parsePage, readPage, sectionsOf } from './markdown'

const english = readPage('README.md')
const chinese = readPage('README.zh-CN.md')

/** What must be the same in both languages, section by section; the words between are left to whoever translates. */
function skeleton(markdown: string): unknown[] {
  // Each page names the other.
  const text = markdown.replaceAll('README.zh-CN.md', 'OTHER').replaceAll('README.md', 'OTHER')
  return sectionsOf(text).map((section) => {
    const page = parsePage(section)
    return {
      level: page.headings[0]?.level,
      blocks: page.blocks.map((block) => ({ language: block.language, commands: commandsOf(block) })),
      links: page.links.toSorted(),
      code: page.code.toSorted(),
      // Outside code and links: a version, a count, an interval.
      numbers: (page.prose.replaceAll(/`[^`]*`|\]\([^)]*\)/g, '').match(/\d+(?:[.,]\d+)*/g) ?? []).toSorted(),
      points: page.prose.match(/^ *[-*] /gm)?.length ?? 0,
      paragraphs: page.prose.split(/\n{2,}/).filter((part) => part.trim() !== '').length
    }
  })
}

/** The page with one thing changed; fails where that is not in it. */
function changed(page: string, from: string, to: string): string {
  expect(page).toContain(from)
  return page.replace(from, to)
}

describe('the README in two languages', () => {
  it('says the same in Chinese: sections, commands, code, links, figures and points', () => {
    expect(skeleton(chinese)).toEqual(skeleton(english))
  })

  it('leads from each to the other before anything else', () => {
    expect(parsePage(english).links[0]).toBe('README.zh-CN.md')
    expect(parsePage(chinese).links[0]).toBe('README.md')
  })

  it('has commands and links to compare', () => {
    const { blocks, links } = parsePage(english)
    expect(blocks.flatMap(commandsOf).length).toBeGreaterThan(5)
    expect(links.length).toBeGreaterThan(5)
  })

  it.each([
    ['a section goes', '## Installers\n', ''],
    ['a section changes its level', '## Installers', '### Installers'],
    ['a command changes', 'graft resume ID', 'graft resume RUN'],
    ['a command is added', 'npm run demo ', 'npm test\nnpm run demo '],
    ['a linked file changes', '(docs/set-up.md)', '(docs/packaging.md)'],
    ['a link goes', '[studies](docs/studies.md)', 'studies'],
    ['a figure changes', '95 %', '90 %'],
    ['code within a sentence changes', '`graft methods`', '`graft studies`'],
    ['a point is added', '- **Data.**', '- **Speed.** Quick.\n- **Data.**']
  ])('notices where %s in English alone', (_, from, to) => {
    expect(skeleton(changed(english, from, to))).not.toEqual(skeleton(chinese))
  })

  it.each([
    ['a section goes', '## 安装包\n', ''],
    ['a command changes', 'graft resume ID', 'graft resume RUN'],
    ['a linked file changes', '(docs/set-up.md)', '(docs/packaging.md)'],
    ['a figure changes', '95 %', '90 %']
  ])('notices where %s in Chinese alone', (_, from, to) => {
    expect(skeleton(changed(chinese, from, to))).not.toEqual(skeleton(english))
  })

  it('does not mind what the comments beside commands say', () => {
    expect(skeleton(changed(english, '# opens the window', '# shows the window'))).toEqual(skeleton(chinese))
  })
})
