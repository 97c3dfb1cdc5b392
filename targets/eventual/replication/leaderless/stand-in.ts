/** Part of a request's time after which a replica that has not answered is taken for unreachable, and another node asked. */
export const STAND_IN_SHARE = 1 / 4;
