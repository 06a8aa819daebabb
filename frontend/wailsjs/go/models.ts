export namespace app {
	
	export class File {
	    id: string;
	    name: string;
	    size: number;
	    media: string;
	    thumb: boolean;
	    confirmedBy: string;
	    confirmedAt: string;
	    releasedAt: string;
	
	    static createFrom(source: any = {}) {
	        return new File(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.size = source["size"];
	        this.media = source["media"];
	        this.thumb = source["thumb"];
	        this.confirmedBy = source["confirmedBy"];
	        this.confirmedAt = source["confirmedAt"];
	        this.releasedAt = source["releasedAt"];
	    }
	}
	export class Text {
	    fr: string;
	    en: string;
	
	    static createFrom(source: any = {}) {
	        return new Text(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.fr = source["fr"];
	        this.en = source["en"];
	    }
	}
	export class Problem {
	    field: string;
	    step: string;
	    code: string;
	    max: number;
	    min: number;
	    actual: number;
	    file?: string;
	    text?: Text;
	
	    static createFrom(source: any = {}) {
	        return new Problem(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.field = source["field"];
	        this.step = source["step"];
	        this.code = source["code"];
	        this.max = source["max"];
	        this.min = source["min"];
	        this.actual = source["actual"];
	        this.file = source["file"];
	        this.text = this.convertValues(source["text"], Text);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Act {
	    id: string;
	    request: string;
	    kind: string;
	    text: string;
	    status: string;
	    reason: string;
	    problems: Problem[];
	    files: File[];
	    at: string;
	    savedAt: string;
	    attempts: number;
	
	    static createFrom(source: any = {}) {
	        return new Act(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.request = source["request"];
	        this.kind = source["kind"];
	        this.text = source["text"];
	        this.status = source["status"];
	        this.reason = source["reason"];
	        this.problems = this.convertValues(source["problems"], Problem);
	        this.files = this.convertValues(source["files"], File);
	        this.at = source["at"];
	        this.savedAt = source["savedAt"];
	        this.attempts = source["attempts"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Answer {
	    key: string;
	    label: Text;
	    kind: string;
	    value: string;
	    shown?: Text;
	
	    static createFrom(source: any = {}) {
	        return new Answer(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.label = this.convertValues(source["label"], Text);
	        this.kind = source["kind"];
	        this.value = source["value"];
	        this.shown = this.convertValues(source["shown"], Text);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Finding {
	    kind: string;
	    tail: string;
	    member: string;
	    page: number;
	    line: number;
	    part: string;
	    must: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Finding(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.tail = source["tail"];
	        this.member = source["member"];
	        this.page = source["page"];
	        this.line = source["line"];
	        this.part = source["part"];
	        this.must = source["must"];
	    }
	}
	export class Answered {
	    token: string;
	    finding: Finding;
	    reason: string;
	
	    static createFrom(source: any = {}) {
	        return new Answered(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.token = source["token"];
	        this.finding = this.convertValues(source["finding"], Finding);
	        this.reason = source["reason"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Candidate {
	    token: string;
	    name: string;
	    size: number;
	    media: string;
	    needsBytes: boolean;
	    problem?: Problem;
	
	    static createFrom(source: any = {}) {
	        return new Candidate(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.token = source["token"];
	        this.name = source["name"];
	        this.size = source["size"];
	        this.media = source["media"];
	        this.needsBytes = source["needsBytes"];
	        this.problem = this.convertValues(source["problem"], Problem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Attached {
	    files: File[];
	    refused: Candidate[];
	    problems: Problem[];
	
	    static createFrom(source: any = {}) {
	        return new Attached(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.files = this.convertValues(source["files"], File);
	        this.refused = this.convertValues(source["refused"], Candidate);
	        this.problems = this.convertValues(source["problems"], Problem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Life {
	    written: string;
	    saved: string;
	    sent: string;
	    received: string;
	    taken: string;
	    answered: string;
	    closed: string;
	
	    static createFrom(source: any = {}) {
	        return new Life(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.written = source["written"];
	        this.saved = source["saved"];
	        this.sent = source["sent"];
	        this.received = source["received"];
	        this.taken = source["taken"];
	        this.answered = source["answered"];
	        this.closed = source["closed"];
	    }
	}
	export class Item {
	    id: string;
	    draft: boolean;
	    subject: string;
	    type: string;
	    category: string;
	    typeLabel: Text;
	    categoryLabel: Text;
	    practice: string;
	    practiceName: string;
	    road: string;
	    step: string;
	    files: number;
	    done: number;
	    total: number;
	    missing: string[];
	    status: string;
	    reason: string;
	    portalStatus: string;
	    number: string;
	    life: Life;
	    attempts: number;
	    nextAttempt: string;
	    updatedAt: string;
	    shared: boolean;
	    priority: string;
	    author: string;
	    watching: boolean;
	    unread: boolean;
	    actsWaiting: number;
	    actsBack: number;
	    reference: string;
	    document: string;
	
	    static createFrom(source: any = {}) {
	        return new Item(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.draft = source["draft"];
	        this.subject = source["subject"];
	        this.type = source["type"];
	        this.category = source["category"];
	        this.typeLabel = this.convertValues(source["typeLabel"], Text);
	        this.categoryLabel = this.convertValues(source["categoryLabel"], Text);
	        this.practice = source["practice"];
	        this.practiceName = source["practiceName"];
	        this.road = source["road"];
	        this.step = source["step"];
	        this.files = source["files"];
	        this.done = source["done"];
	        this.total = source["total"];
	        this.missing = source["missing"];
	        this.status = source["status"];
	        this.reason = source["reason"];
	        this.portalStatus = source["portalStatus"];
	        this.number = source["number"];
	        this.life = this.convertValues(source["life"], Life);
	        this.attempts = source["attempts"];
	        this.nextAttempt = source["nextAttempt"];
	        this.updatedAt = source["updatedAt"];
	        this.shared = source["shared"];
	        this.priority = source["priority"];
	        this.author = source["author"];
	        this.watching = source["watching"];
	        this.unread = source["unread"];
	        this.actsWaiting = source["actsWaiting"];
	        this.actsBack = source["actsBack"];
	        this.reference = source["reference"];
	        this.document = source["document"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Figure {
	    key: string;
	    count: number;
	
	    static createFrom(source: any = {}) {
	        return new Figure(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.count = source["count"];
	    }
	}
	export class Board {
	    states: Figure[];
	    priorities: Figure[];
	    latest: Item[];
	    answered: number;
	    unread: number;
	    stuck: number;
	    syncedAt: string;
	    syncDone: number;
	    syncTotal: number;
	    syncAgain: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Board(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.states = this.convertValues(source["states"], Figure);
	        this.priorities = this.convertValues(source["priorities"], Figure);
	        this.latest = this.convertValues(source["latest"], Item);
	        this.answered = source["answered"];
	        this.unread = source["unread"];
	        this.stuck = source["stuck"];
	        this.syncedAt = source["syncedAt"];
	        this.syncDone = source["syncDone"];
	        this.syncTotal = source["syncTotal"];
	        this.syncAgain = source["syncAgain"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Box {
	    page: number;
	    x: number;
	    y: number;
	    w: number;
	    h: number;
	
	    static createFrom(source: any = {}) {
	        return new Box(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.page = source["page"];
	        this.x = source["x"];
	        this.y = source["y"];
	        this.w = source["w"];
	        this.h = source["h"];
	    }
	}
	
	export class FileRules {
	    maxCount: number;
	    maxBytes: number;
	    extensions: string[];
	
	    static createFrom(source: any = {}) {
	        return new FileRules(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.maxCount = source["maxCount"];
	        this.maxBytes = source["maxBytes"];
	        this.extensions = source["extensions"];
	    }
	}
	export class Category {
	    key: string;
	    label: Text;
	    hint: Text;
	
	    static createFrom(source: any = {}) {
	        return new Category(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.label = this.convertValues(source["label"], Text);
	        this.hint = this.convertValues(source["hint"], Text);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Type {
	    key: string;
	    label: Text;
	    hint: Text;
	    allowed: boolean;
	    categories: Category[];
	    files: FileRules;
	
	    static createFrom(source: any = {}) {
	        return new Type(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.label = this.convertValues(source["label"], Text);
	        this.hint = this.convertValues(source["hint"], Text);
	        this.allowed = source["allowed"];
	        this.categories = this.convertValues(source["categories"], Category);
	        this.files = this.convertValues(source["files"], FileRules);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Catalogue {
	    version: number;
	    types: Type[];
	
	    static createFrom(source: any = {}) {
	        return new Catalogue(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.version = source["version"];
	        this.types = this.convertValues(source["types"], Type);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Colleague {
	    id: string;
	    name: string;
	    allowed: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Colleague(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.allowed = source["allowed"];
	    }
	}
	export class Column {
	    key: string;
	    label: string;
	
	    static createFrom(source: any = {}) {
	        return new Column(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.label = source["label"];
	    }
	}
	export class Orphan {
	    key: string;
	    label: Text;
	    shown?: Text;
	
	    static createFrom(source: any = {}) {
	        return new Orphan(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.label = this.convertValues(source["label"], Text);
	        this.shown = this.convertValues(source["shown"], Text);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Content {
	    road: string;
	    step: string;
	    type: string;
	    practice: string;
	    category: string;
	    values: Record<string, string>;
	    catalogue: number;
	    orphans: Orphan[];
	
	    static createFrom(source: any = {}) {
	        return new Content(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.road = source["road"];
	        this.step = source["step"];
	        this.type = source["type"];
	        this.practice = source["practice"];
	        this.category = source["category"];
	        this.values = source["values"];
	        this.catalogue = source["catalogue"];
	        this.orphans = this.convertValues(source["orphans"], Orphan);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Contract {
	    id: string;
	    number: string;
	    practice: string;
	    practiceName: string;
	    label: Text;
	    state: string;
	    start: string;
	    end: string;
	    notice: string;
	    amount: number;
	    period: string;
	    topics: string[];
	
	    static createFrom(source: any = {}) {
	        return new Contract(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.number = source["number"];
	        this.practice = source["practice"];
	        this.practiceName = source["practiceName"];
	        this.label = this.convertValues(source["label"], Text);
	        this.state = source["state"];
	        this.start = source["start"];
	        this.end = source["end"];
	        this.notice = source["notice"];
	        this.amount = source["amount"];
	        this.period = source["period"];
	        this.topics = source["topics"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Option {
	    value: string;
	    label: Text;
	
	    static createFrom(source: any = {}) {
	        return new Option(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.value = source["value"];
	        this.label = this.convertValues(source["label"], Text);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Field {
	    key: string;
	    label: Text;
	    hint: Text;
	    kind: string;
	    options: Option[];
	    default: string;
	    required: boolean;
	    maxLength: number;
	
	    static createFrom(source: any = {}) {
	        return new Field(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.key = source["key"];
	        this.label = this.convertValues(source["label"], Text);
	        this.hint = this.convertValues(source["hint"], Text);
	        this.kind = source["kind"];
	        this.options = this.convertValues(source["options"], Option);
	        this.default = source["default"];
	        this.required = source["required"];
	        this.maxLength = source["maxLength"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Practice {
	    id: string;
	    name: string;
	    town: string;
	    roles: string[];
	    admins: string[];
	
	    static createFrom(source: any = {}) {
	        return new Practice(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.town = source["town"];
	        this.roles = source["roles"];
	        this.admins = source["admins"];
	    }
	}
	export class View {
	    practice: string;
	    eligible: Practice[];
	    fields: Field[];
	    orphans: Orphan[];
	    problems: Problem[];
	    done: number;
	    total: number;
	
	    static createFrom(source: any = {}) {
	        return new View(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.practice = source["practice"];
	        this.eligible = this.convertValues(source["eligible"], Practice);
	        this.fields = this.convertValues(source["fields"], Field);
	        this.orphans = this.convertValues(source["orphans"], Orphan);
	        this.problems = this.convertValues(source["problems"], Problem);
	        this.done = source["done"];
	        this.total = source["total"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Draft {
	    id: string;
	    revision: number;
	    content: Content;
	    files: File[];
	    view: View;
	    createdAt: string;
	    savedAt: string;
	    reason: string;
	    refused: Problem[];
	    renewed: boolean;
	    shared: boolean;
	    givenBy: string;
	
	    static createFrom(source: any = {}) {
	        return new Draft(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.revision = source["revision"];
	        this.content = this.convertValues(source["content"], Content);
	        this.files = this.convertValues(source["files"], File);
	        this.view = this.convertValues(source["view"], View);
	        this.createdAt = source["createdAt"];
	        this.savedAt = source["savedAt"];
	        this.reason = source["reason"];
	        this.refused = this.convertValues(source["refused"], Problem);
	        this.renewed = source["renewed"];
	        this.shared = source["shared"];
	        this.givenBy = source["givenBy"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class SupportFinding {
	    id: string;
	    code: string;
	    level: string;
	    is: string;
	    fix: string;
	    where: string;
	
	    static createFrom(source: any = {}) {
	        return new SupportFinding(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.code = source["code"];
	        this.level = source["level"];
	        this.is = source["is"];
	        this.fix = source["fix"];
	        this.where = source["where"];
	    }
	}
	export class Examination {
	    at: string;
	    version: string;
	    findings: SupportFinding[];
	
	    static createFrom(source: any = {}) {
	        return new Examination(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.at = source["at"];
	        this.version = source["version"];
	        this.findings = this.convertValues(source["findings"], SupportFinding);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	
	
	
	export class HistoryEntry {
	    at: string;
	    what: string;
	    code: string;
	
	    static createFrom(source: any = {}) {
	        return new HistoryEntry(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.at = source["at"];
	        this.what = source["what"];
	        this.code = source["code"];
	    }
	}
	export class Invoice {
	    number: string;
	    order: string;
	    contract: string;
	    date: string;
	    seller: string;
	    total: string;
	    currency: string;
	    credit: boolean;
	    sure: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Invoice(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.number = source["number"];
	        this.order = source["order"];
	        this.contract = source["contract"];
	        this.date = source["date"];
	        this.seller = source["seller"];
	        this.total = source["total"];
	        this.currency = source["currency"];
	        this.credit = source["credit"];
	        this.sure = source["sure"];
	    }
	}
	
	export class Kept {
	    drafts: number;
	    shared: number;
	    waiting: number;
	    received: number;
	    acts: number;
	    files: number;
	    fileBytes: number;
	    here: number;
	    statements: number;
	
	    static createFrom(source: any = {}) {
	        return new Kept(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.drafts = source["drafts"];
	        this.shared = source["shared"];
	        this.waiting = source["waiting"];
	        this.received = source["received"];
	        this.acts = source["acts"];
	        this.files = source["files"];
	        this.fileBytes = source["fileBytes"];
	        this.here = source["here"];
	        this.statements = source["statements"];
	    }
	}
	export class Keys {
	    sealed: boolean;
	    silent: boolean;
	    recovery: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Keys(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.sealed = source["sealed"];
	        this.silent = source["silent"];
	        this.recovery = source["recovery"];
	    }
	}
	export class Known {
	    id: string;
	    name: string;
	    signedIn: boolean;
	    waiting: number;
	    pin: boolean;
	    tries: number;
	    wait: number;
	
	    static createFrom(source: any = {}) {
	        return new Known(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.signedIn = source["signedIn"];
	        this.waiting = source["waiting"];
	        this.pin = source["pin"];
	        this.tries = source["tries"];
	        this.wait = source["wait"];
	    }
	}
	export class Latest {
	    drafts: Item[];
	    requests: Item[];
	
	    static createFrom(source: any = {}) {
	        return new Latest(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.drafts = this.convertValues(source["drafts"], Item);
	        this.requests = this.convertValues(source["requests"], Item);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class LineFact {
	    name: string;
	    value: string;
	
	    static createFrom(source: any = {}) {
	        return new LineFact(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.value = source["value"];
	    }
	}
	export class LineStep {
	    id: string;
	    state: string;
	    code: string;
	    facts: LineFact[];
	    took: number;
	
	    static createFrom(source: any = {}) {
	        return new LineStep(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.state = source["state"];
	        this.code = source["code"];
	        this.facts = this.convertValues(source["facts"], LineFact);
	        this.took = source["took"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class LineReport {
	    address: string;
	    ok: boolean;
	    steps: LineStep[];
	    took: number;
	
	    static createFrom(source: any = {}) {
	        return new LineReport(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.address = source["address"];
	        this.ok = source["ok"];
	        this.steps = this.convertValues(source["steps"], LineStep);
	        this.took = source["took"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class LineState {
	    reason: string;
	    proxy: string;
	    from: string;
	    user: string;
	    for: string;
	    kept: boolean;
	
	    static createFrom(source: any = {}) {
	        return new LineState(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.reason = source["reason"];
	        this.proxy = source["proxy"];
	        this.from = source["from"];
	        this.user = source["user"];
	        this.for = source["for"];
	        this.kept = source["kept"];
	    }
	}
	
	export class Member {
	    id: string;
	    name: string;
	
	    static createFrom(source: any = {}) {
	        return new Member(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	    }
	}
	export class Message {
	    id: string;
	    author: string;
	    support: boolean;
	    text: string;
	    html: string;
	    files: File[];
	    at: string;
	
	    static createFrom(source: any = {}) {
	        return new Message(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.author = source["author"];
	        this.support = source["support"];
	        this.text = source["text"];
	        this.html = source["html"];
	        this.files = this.convertValues(source["files"], File);
	        this.at = source["at"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Query {
	    text: string;
	    states: string[];
	    priorities: string[];
	    practices: string[];
	    types: string[];
	    categories: string[];
	    whose: string;
	    watching: boolean;
	    unread: boolean;
	    answered: string;
	    period: string;
	    since: string;
	    until: string;
	    sort: string;
	    up: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Query(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.text = source["text"];
	        this.states = source["states"];
	        this.priorities = source["priorities"];
	        this.practices = source["practices"];
	        this.types = source["types"];
	        this.categories = source["categories"];
	        this.whose = source["whose"];
	        this.watching = source["watching"];
	        this.unread = source["unread"];
	        this.answered = source["answered"];
	        this.period = source["period"];
	        this.since = source["since"];
	        this.until = source["until"];
	        this.sort = source["sort"];
	        this.up = source["up"];
	    }
	}
	export class NamedQuery {
	    id: string;
	    name: string;
	    query: Query;
	
	    static createFrom(source: any = {}) {
	        return new NamedQuery(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.query = this.convertValues(source["query"], Query);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Notice {
	    seq: number;
	    request: string;
	    number: string;
	    kind: string;
	    status: string;
	    at: string;
	    read: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Notice(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.seq = source["seq"];
	        this.request = source["request"];
	        this.number = source["number"];
	        this.kind = source["kind"];
	        this.status = source["status"];
	        this.at = source["at"];
	        this.read = source["read"];
	    }
	}
	export class Opening {
	    kind: string;
	    files: string[];
	    request: string;
	
	    static createFrom(source: any = {}) {
	        return new Opening(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.kind = source["kind"];
	        this.files = source["files"];
	        this.request = source["request"];
	    }
	}
	
	
	export class Page {
	    items: Item[];
	    more: boolean;
	    read: number;
	    of: number;
	
	    static createFrom(source: any = {}) {
	        return new Page(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.items = this.convertValues(source["items"], Item);
	        this.more = source["more"];
	        this.read = source["read"];
	        this.of = source["of"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class PaperWords {
	    lang: string;
	    status: string;
	    priority: string;
	    life: string[];
	
	    static createFrom(source: any = {}) {
	        return new PaperWords(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.lang = source["lang"];
	        this.status = source["status"];
	        this.priority = source["priority"];
	        this.life = source["life"];
	    }
	}
	export class Person {
	    id: string;
	    name: string;
	    known: boolean;
	    signedIn: boolean;
	    preferred: string;
	    practices: Practice[];
	    pin: boolean;
	    locked: string;
	
	    static createFrom(source: any = {}) {
	        return new Person(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.name = source["name"];
	        this.known = source["known"];
	        this.signedIn = source["signedIn"];
	        this.preferred = source["preferred"];
	        this.practices = this.convertValues(source["practices"], Practice);
	        this.pin = source["pin"];
	        this.locked = source["locked"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	
	
	export class Recovered {
	    at: string;
	    drafts: number;
	    requests: number;
	    waiting: number;
	    files: number;
	    fromBackup: number;
	    backupAt: string;
	    reopened: number;
	    lost: number;
	    gaps: number;
	    folder: string;
	
	    static createFrom(source: any = {}) {
	        return new Recovered(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.at = source["at"];
	        this.drafts = source["drafts"];
	        this.requests = source["requests"];
	        this.waiting = source["waiting"];
	        this.files = source["files"];
	        this.fromBackup = source["fromBackup"];
	        this.backupAt = source["backupAt"];
	        this.reopened = source["reopened"];
	        this.lost = source["lost"];
	        this.gaps = source["gaps"];
	        this.folder = source["folder"];
	    }
	}
	export class ReportFile {
	    name: string;
	    size: number;
	
	    static createFrom(source: any = {}) {
	        return new ReportFile(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.name = source["name"];
	        this.size = source["size"];
	    }
	}
	export class Report {
	    id: string;
	    files: ReportFile[];
	
	    static createFrom(source: any = {}) {
	        return new Report(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.id = source["id"];
	        this.files = this.convertValues(source["files"], ReportFile);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class Request {
	    item: Item;
	    answers: Answer[];
	    files: File[];
	    messages: Message[];
	    history: HistoryEntry[];
	    problems: Problem[];
	    watchers: Member[];
	    allowed: string[];
	    rules: FileRules;
	    acts: Act[];
	
	    static createFrom(source: any = {}) {
	        return new Request(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.item = this.convertValues(source["item"], Item);
	        this.answers = this.convertValues(source["answers"], Answer);
	        this.files = this.convertValues(source["files"], File);
	        this.messages = this.convertValues(source["messages"], Message);
	        this.history = this.convertValues(source["history"], HistoryEntry);
	        this.problems = this.convertValues(source["problems"], Problem);
	        this.watchers = this.convertValues(source["watchers"], Member);
	        this.allowed = source["allowed"];
	        this.rules = this.convertValues(source["rules"], FileRules);
	        this.acts = this.convertValues(source["acts"], Act);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Saved {
	    revision: number;
	    savedAt: string;
	    view: View;
	
	    static createFrom(source: any = {}) {
	        return new Saved(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.revision = source["revision"];
	        this.savedAt = source["savedAt"];
	        this.view = this.convertValues(source["view"], View);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Unread {
	    reason: string;
	    member: string;
	    page: number;
	
	    static createFrom(source: any = {}) {
	        return new Unread(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.reason = source["reason"];
	        this.member = source["member"];
	        this.page = source["page"];
	    }
	}
	export class Screened {
	    token: string;
	    size: number;
	    findings: Finding[];
	    unread: Unread[];
	    scans: number[];
	    pages: number;
	    changes: string[];
	    drawn: boolean;
	    maskable: boolean;
	    large: boolean;
	    invoice?: Invoice;
	    problem?: Problem;
	
	    static createFrom(source: any = {}) {
	        return new Screened(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.token = source["token"];
	        this.size = source["size"];
	        this.findings = this.convertValues(source["findings"], Finding);
	        this.unread = this.convertValues(source["unread"], Unread);
	        this.scans = source["scans"];
	        this.pages = source["pages"];
	        this.changes = source["changes"];
	        this.drawn = source["drawn"];
	        this.maskable = source["maskable"];
	        this.large = source["large"];
	        this.invoice = this.convertValues(source["invoice"], Invoice);
	        this.problem = this.convertValues(source["problem"], Problem);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Settings {
	    language: string;
	    theme: string;
	    upload: number;
	    idle: number;
	    keep: number;
	    autostart: boolean;
	    closing: string;
	    toured: boolean;
	    locked: string[];
	    practice: string;
	    columns: string[];
	    quiet: string[];
	
	    static createFrom(source: any = {}) {
	        return new Settings(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.language = source["language"];
	        this.theme = source["theme"];
	        this.upload = source["upload"];
	        this.idle = source["idle"];
	        this.keep = source["keep"];
	        this.autostart = source["autostart"];
	        this.closing = source["closing"];
	        this.toured = source["toured"];
	        this.locked = source["locked"];
	        this.practice = source["practice"];
	        this.columns = source["columns"];
	        this.quiet = source["quiet"];
	    }
	}
	export class Site {
	    address: string;
	    fixed: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Site(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.address = source["address"];
	        this.fixed = source["fixed"];
	    }
	}
	export class Status {
	    connection: string;
	    reason: string;
	    since: string;
	    waiting: number;
	    toCorrect: number;
	    drafts: number;
	    requests: number;
	    lastSent: string;
	    sending: boolean;
	    clockAhead: number;
	    pausedUntil: string;
	    asking: number;
	
	    static createFrom(source: any = {}) {
	        return new Status(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.connection = source["connection"];
	        this.reason = source["reason"];
	        this.since = source["since"];
	        this.waiting = source["waiting"];
	        this.toCorrect = source["toCorrect"];
	        this.drafts = source["drafts"];
	        this.requests = source["requests"];
	        this.lastSent = source["lastSent"];
	        this.sending = source["sending"];
	        this.clockAhead = source["clockAhead"];
	        this.pausedUntil = source["pausedUntil"];
	        this.asking = source["asking"];
	    }
	}
	
	export class SupportNotice {
	    restarted: string;
	    place?: SupportFinding;
	
	    static createFrom(source: any = {}) {
	        return new SupportNotice(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.restarted = source["restarted"];
	        this.place = this.convertValues(source["place"], SupportFinding);
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	export class Table {
	    lang: string;
	    columns: Column[];
	    words: Record<string, string>;
	
	    static createFrom(source: any = {}) {
	        return new Table(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.lang = source["lang"];
	        this.columns = this.convertValues(source["columns"], Column);
	        this.words = source["words"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}
	
	export class TextFinding {
	    field: string;
	    kind: string;
	    start: number;
	    end: number;
	    line: number;
	    tail: string;
	    must: boolean;
	    answered: boolean;
	
	    static createFrom(source: any = {}) {
	        return new TextFinding(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.field = source["field"];
	        this.kind = source["kind"];
	        this.start = source["start"];
	        this.end = source["end"];
	        this.line = source["line"];
	        this.tail = source["tail"];
	        this.must = source["must"];
	        this.answered = source["answered"];
	    }
	}
	
	
	export class Update {
	    policy: string;
	    scope: string;
	    version: string;
	    state: string;
	    problem: string;
	    offer: string;
	    notes: Text;
	    urgent: boolean;
	    size: number;
	    published: string;
	    staged: string;
	    busy: boolean;
	    done: number;
	    total: number;
	    checked: string;
	    refused: string[];
	    quiet: boolean;
	    damaged: boolean;
	
	    static createFrom(source: any = {}) {
	        return new Update(source);
	    }
	
	    constructor(source: any = {}) {
	        if ('string' === typeof source) source = JSON.parse(source);
	        this.policy = source["policy"];
	        this.scope = source["scope"];
	        this.version = source["version"];
	        this.state = source["state"];
	        this.problem = source["problem"];
	        this.offer = source["offer"];
	        this.notes = this.convertValues(source["notes"], Text);
	        this.urgent = source["urgent"];
	        this.size = source["size"];
	        this.published = source["published"];
	        this.staged = source["staged"];
	        this.busy = source["busy"];
	        this.done = source["done"];
	        this.total = source["total"];
	        this.checked = source["checked"];
	        this.refused = source["refused"];
	        this.quiet = source["quiet"];
	        this.damaged = source["damaged"];
	    }
	
		convertValues(a: any, classs: any, asMap: boolean = false): any {
		    if (!a) {
		        return a;
		    }
		    if (a.slice && a.map) {
		        return (a as any[]).map(elem => this.convertValues(elem, classs));
		    } else if ("object" === typeof a) {
		        if (asMap) {
		            for (const key of Object.keys(a)) {
		                a[key] = new classs(a[key]);
		            }
		            return a;
		        }
		        return new classs(a);
		    }
		    return a;
		}
	}

}

