import { describe, expect, it } from 'vitest'
import { readPickle } from './machine'
import { Inert, type PickleDictionary, type PickleList, type PickleTuple } from './values'

const pickle = (text: string) => readPickle(Buffer.from(text, 'latin1')).value

describe('the pickle machine', () => {
  it('reads numbers, texts and containers of every protocol', () => {
    // Protocol 0: a list of 1, 2 and "a" by MARK, LIST and APPEND
    expect((pickle('(lp0\nI1\naI2\naS\'a\'\na.') as PickleList).items).toEqual([1, 2, 'a'])
    // −2 in one byte, 2^40 in six, 1.5, True, None
    expect((pickle('(\x8a\x01\xfe\x8a\x06\x00\x00\x00\x00\x00\x01G\x3f\xf8\x00\x00\x00\x00\x00\x00\x88Nt.') as PickleTuple).items)
      .toEqual([-2, 2 ** 40, 1.5, true, null])
    const dictionary = pickle('\x80\x04}\x94(\x8c\x01a\x94K\x05\x8c\x01bK\x06u.') as PickleDictionary
    expect([...dictionary.entries]).toEqual([['a', 5], ['b', 6]])
  })

  it('gives the same value for what it has put away', () => {
    const { items } = pickle(']q\x01h\x01\x86.') as PickleTuple
    expect(items[0]).toBe(items[1])
  })

  it.each([
    ['a function by GLOBAL', 'cos\nsystem\n(S\'ls\'\ntR.', 'os.system'],
    ['a function by STACK_GLOBAL', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93.', 'builtins.eval'],
    ['an instance by INST', '(S\'ls\'\nios\nsystem\n.', 'os.system'],
    ['an object by OBJ', '(cposix\nsystem\nS\'ls\'\no.', 'posix.system'],
    ['an extension', '\x82\x01.', 'an extension'],
    ['a call of a type that only stands for numbers', 'ctorch\nFloatStorage\n(tR.', 'a call of torch.FloatStorage'],
    ['a call of what is no name', 'K\x01(tR.', 'no name'],
    ['an object of what is no name', '(K\x01o.', 'no name']
  ])('refuses %s', (_, text, name) => {
    expect(() => pickle(text)).toThrow(name)
  })

  it.each([
    ['by a call', 'cmy.trainer\nConfig\n(K\x01tR}X\x01\x00\x00\x00aK\x05sb.', 'my.trainer.Config'],
    ['by INST', '(K\x01imy.trainer\nConfig\n}X\x01\x00\x00\x00aK\x05sb.', 'my.trainer.Config'],
    ['by OBJ', '(cmy.trainer\nConfig\nK\x01o}X\x01\x00\x00\x00aK\x05sb.', 'my.trainer.Config'],
    ['with named arguments', 'cmy.trainer\nConfig\n)}\x92}X\x01\x00\x00\x00aK\x05sb.', 'my.trainer.Config'],
    ['of a property of every object', 'c__proto__\ntoString\n(tR}X\x01\x00\x00\x00aK\x05sb.', '__proto__.toString']
  ])('makes an object without life of what it does not know, %s, and keeps its data', (_, text, name) => {
    const { value, unknown } = readPickle(Buffer.from(text, 'latin1'))
    expect(value).toBeInstanceOf(Inert)
    expect([[...(value as Inert).entries], [...unknown]]).toEqual([[['a', 5]], [name]])
  })

  it.each([
    ['an empty stack', '.'], ['an unknown operation', '\xff.'], ['a mark that is not there', 'K\x01t.'], ['an odd dictionary', '}(K\x01u.'],
    ['a memory never filled', 'h\x05.'], ['a text without an end', 'X\xff\xff\xff\x7f'], ['a number of a thousand digits', `I${'9'.repeat(1000)}\n.`],
    ['a tensor beyond its storage', tensorPickle({ storage: 4, offset: 1, shape: [4] })]
  ])('names what is wrong with %s', (_, text) => {
    expect(() => pickle(text)).toThrow(/pickle|early|beyond|text/)
  })
})

/** A float tensor of one axis in a storage "0" of so many numbers. */
function tensorPickle({ storage, offset, shape: [length] }: { storage: number, offset: number, shape: [number] }): string {
  const small = (value: number): string => `K${String.fromCharCode(value)}`
  const id = `(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu${small(storage)}tQ`
  return `ctorch._utils\n_rebuild_tensor_v2\n(${id}${small(offset)}${small(length)}\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR.`
}
