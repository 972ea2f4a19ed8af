import { ownTarget } from '../setup/index.mjs'

/**
 * What differs between the systems that packages are made for.
 * @typedef {object} System
 * @property {string} target     as `scripts/setup/versions.json` names it
 * @property {string[]} forms    the packages made when none is named
 * @property {string} node       the name of Node's program
 * @property {string} command    the file in resources/installer that becomes the command line
 * @property {string} unpacked   where electron-builder leaves the program, in dist/packed
 * @property {string} resources  the folder in it that Electron calls its resources
 * @property {RegExp} native     what of TensorFlow's folder is needed at run time
 * @property {boolean} [withoutGraphs] that ONNX Runtime has no library for it: graphs of no architecture that Graft knows cannot be run there
 */

const mac = {
  forms: ['zip'], node: 'node', command: 'graft', resources: 'Graft.app/Contents/Resources', native: /\.(dylib|node)$/
}

/** @type {Record<'linux' | 'windows' | 'mac' | 'mac-intel', System>} */
export const systems = {
  linux: {
    target: 'linux-x64', forms: ['deb', 'tar.gz'], node: 'node', command: 'graft', unpacked: 'linux-unpacked', resources: 'resources',
    native: /\.(so(\.\d+)*|node)$/
  },
  windows: {
    target: 'win32-x64', forms: ['exe'], node: 'node.exe', command: 'graft.cmd', unpacked: 'win-unpacked', resources: 'resources',
    native: /\.(dll|node)$/
  },
  mac: { ...mac, target: 'darwin-arm64', unpacked: 'mac-arm64' },
  'mac-intel': { ...mac, target: 'darwin-x64', unpacked: 'mac', withoutGraphs: true }
}

/** @typedef {keyof typeof systems} SystemName */

/** The system this is, where packages are made for it. */
export const ownSystem = /** @type {SystemName[]} */ (Object.keys(systems)).find((name) => systems[name].target === ownTarget)

/** @param {System} system */
export const isForeign = ({ target }) => target !== ownTarget
