import { checkShare } from "./share.js";

checkShare("1");
