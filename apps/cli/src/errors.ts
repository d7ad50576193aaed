// Every error of the command line.

import { defineErrors } from '@plinth/errors'

export const errors = defineErrors('cli', {
  portTaken: (port: number, setting: string) => ({
    code: 'port_taken',
    kind: 'caller',
    status: 409,
    message: `Port ${port} is used by another program.`,
    hint: `Stop that program, or choose another port: ${setting}=${port + 1} npm start`,
  }),
  portForbidden: (port: number, setting: string) => ({
    code: 'port_forbidden',
    kind: 'caller',
    status: 403,
    message: `This user may not listen on port ${port}.`,
    hint: `Choose a port above 1023 with ${setting}.`,
  }),
  folderNotUsable: (folder: string, reason: string) => ({
    code: 'folder_not_usable',
    kind: 'caller',
    status: 403,
    message: `The data folder ${folder} cannot be used: ${reason}.`,
    hint: 'Make it writable for this user, or choose another one with PLINTH_DATA.',
  }),
  notReady: (program: string, seconds: number, logFile: string) => ({
    code: 'program_not_ready',
    kind: 'platform',
    status: 503,
    message: `${program} was not ready after ${seconds} seconds.`,
    hint: `Its log says why: ${logFile}`,
  }),
  usage: (problem: string, command: string) => ({
    code: 'usage',
    kind: 'caller',
    status: 400,
    message: problem,
    hint: `Run \`plinth ${command} --help\` to see how it is used.`,
  }),
  notRunning: (socket: string) => ({
    code: 'not_running',
    kind: 'caller',
    status: 503,
    message: `No installation answers at ${socket}.`,
    hint: 'Start it with `plinth up`, or name its data folder with PLINTH_DATA. Only the user it runs as may ask.',
  }),
  noKey: (file: string | undefined) => ({
    code: 'no_installation_key',
    kind: 'caller',
    status: 400,
    message: file === undefined ? 'The installation key is missing.' : `${file} holds no installation key.`,
    hint: 'plinth recover --key FILE: a copy of installation.key of the installation that was lost.',
  }),
  noBucket: (file: string | undefined) => ({
    code: 'no_backup_bucket',
    kind: 'caller',
    status: 400,
    message: file === undefined ? 'No bucket is named.' : `${file} cannot be read.`,
    hint: 'PLINTH_BACKUP_S3_FILE names the file with the settings of the bucket; see docs/backups.md.',
  }),
  badBucket: (file: string, reason: string) => ({
    code: 'backup_bucket_invalid',
    kind: 'caller',
    status: 400,
    message: `${file} cannot be used: ${reason}.`,
    hint: 'docs/backups.md says what it holds.',
  }),
  folderTaken: (folder: string) => ({
    code: 'folder_taken',
    kind: 'caller',
    status: 409,
    message: `${folder} is not empty.`,
    hint: 'Choose another data folder with PLINTH_DATA.',
  }),
  halfRecovered: (folder: string) => ({
    code: 'half_recovered',
    kind: 'caller',
    status: 409,
    message: `${folder} has been filled only in part.`,
    hint: 'Run `plinth recover --key FILE` again: it goes on where it was interrupted.',
  }),
  refused: (message: string) => ({ code: 'refused', kind: 'caller', status: 400, message }),
})
