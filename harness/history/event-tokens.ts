import { ByteToken } from "./byte-token.ts";

/** The fields of an event, and the values of which there are few. */
export const INDEX: ByteToken = new ByteToken('"index":');
export const TIME: ByteToken = new ByteToken('"time":');
export const PROCESS: ByteToken = new ByteToken('"process":');
export const TYPE_INVOKE: ByteToken = new ByteToken('"type":"invoke"');
export const TYPE_OK: ByteToken = new ByteToken('"type":"ok"');
export const TYPE_FAIL: ByteToken = new ByteToken('"type":"fail"');
export const TYPE_INFO: ByteToken = new ByteToken('"type":"info"');
export const F: ByteToken = new ByteToken('"f":"');
export const KEY: ByteToken = new ByteToken('"key":"');
export const VALUE_FIELD: ByteToken = new ByteToken('"value":');
export const NODE: ByteToken = new ByteToken('"node":"');
export const VERSION: ByteToken = new ByteToken('"version":');
export const RESULT_TRUE: ByteToken = new ByteToken('"result":true');
export const RESULT_FALSE: ByteToken = new ByteToken('"result":false');
export const FINAL: ByteToken = new ByteToken('"final":true');
export const SESSION: ByteToken = new ByteToken('"session":');
export const LEVEL: ByteToken = new ByteToken('"level":"');
export const ERROR: ByteToken = new ByteToken('"error":{');
export const CODE: ByteToken = new ByteToken('"code":"');
export const MESSAGE: ByteToken = new ByteToken(',"message":"');
export const NULL: ByteToken = new ByteToken("null");

/** What stands between the values of the first fields where a recorder writes them in the usual order. */
export const THEN_TIME: ByteToken = new ByteToken(',"time":');
export const THEN_PROCESS: ByteToken = new ByteToken(',"process":');
export const THEN_TYPE: ByteToken = new ByteToken(',"type":"');
export const INVOKE_THEN_F: ByteToken = new ByteToken('invoke","f":"');
export const OK_THEN_F: ByteToken = new ByteToken('ok","f":"');
export const FAIL_THEN_F: ByteToken = new ByteToken('fail","f":"');
export const INFO_THEN_F: ByteToken = new ByteToken('info","f":"');
export const READ_THEN_KEY: ByteToken = new ByteToken('read","key":"');
export const WRITE_THEN_KEY: ByteToken = new ByteToken('write","key":"');
export const THEN_KEY: ByteToken = new ByteToken(',"key":"');
export const THEN_VALUE: ByteToken = new ByteToken(',"value":');
