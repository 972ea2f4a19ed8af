import { expect, it } from 'vitest'
import { openingOf } from './opening'

const id = '01M8ND0ZSJT12P5Q14ZDYFA48J'

it.each([
  [['graft'], undefined],
  [['graft', '--data-dir', '/d'], undefined],
  [['graft', 'two.graft'], { kind: 'file', path: '/home/two.graft' }],
  [['graft', '/a/Two.GRAFT', '--no-sandbox'], { kind: 'file', path: '/a/Two.GRAFT' }],
  [['graft', '--file=x.graft'], undefined],
  [['graft', `graft://run/${id}`], { kind: 'run', id }],
  [['graft', `GRAFT://run/${id.toLowerCase()}/`], { kind: 'run', id }],
  [['graft', 'graft://run/../../etc'], undefined],
  [['graft', 'graft://model/x'], undefined],
  [['/opt/x.graft'], undefined]
])('%j asks for %j', (argv, opening) => expect(openingOf(argv, '/home')).toEqual(opening))
