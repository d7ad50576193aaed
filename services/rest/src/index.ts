// The public face of the REST service.

export {
  type DatabaseSettings,
  databaseSource,
  isSafeUpdateOn,
  readDatabaseSettings,
} from './config/database-settings.ts'
export { readRestSettings, standardRestConfig } from './config/rest-settings.ts'
export {
  choose,
  SettingProblem,
  type SettingReader,
  type SettingSource,
  type SettingValue,
  settingReader,
  splitNames,
} from './config/setting-reader.ts'
export { type Api, type ApiOptions, watchApi } from './config/watch-api.ts'
export { databaseFault } from './database-fault.ts'
export { errors as restErrors } from './errors.ts'
export { type RestDeps, restLine, restService } from './service.ts'
