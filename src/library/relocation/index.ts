/** Moving the whole data folder to another place. */
export { chooseDataFolder, copyDataFolder, lookAtDataFolder } from './relocation'
