// The storage service; today only its part of the database, in `./migrations.generated.ts`.

export { migrations } from './migrations.generated.ts'
