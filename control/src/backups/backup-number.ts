// Clients know a backup by a whole number; the host by a name. The second in which it ended serves as its number:
// backups of one project never end in the same one.

export const backupNumber = (endedAt: string): number => Math.floor(Date.parse(endedAt) / 1000)
