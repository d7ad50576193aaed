// HTTP requests from SQL: taken from `net.http_request_queue`, sent, answered in `net._http_response`.

export type { OwnAddress } from './send.ts'
export { openSender, type Sender, type SenderOptions } from './sender.ts'
