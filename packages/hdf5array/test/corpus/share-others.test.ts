import { checkShare } from "./share.js";

checkShare("others");
