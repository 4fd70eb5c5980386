import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 181:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("buffer");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 932:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("process");

/***/ }),

/***/ 7349:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Scalar = __nccwpck_require__(3301);
var YAMLMap = __nccwpck_require__(4454);
var YAMLSeq = __nccwpck_require__(2223);
var resolveBlockMap = __nccwpck_require__(7103);
var resolveBlockSeq = __nccwpck_require__(334);
var resolveFlowCollection = __nccwpck_require__(3142);

function resolveCollection(CN, ctx, token, onError, tagName, tag) {
    const coll = token.type === 'block-map'
        ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag)
        : token.type === 'block-seq'
            ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag)
            : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag);
    const Coll = coll.constructor;
    // If we got a tagName matching the class, or the tag name is '!',
    // then use the tagName from the node class used to create it.
    if (tagName === '!' || tagName === Coll.tagName) {
        coll.tag = Coll.tagName;
        return coll;
    }
    if (tagName)
        coll.tag = tagName;
    return coll;
}
function composeCollection(CN, ctx, token, props, onError) {
    const tagToken = props.tag;
    const tagName = !tagToken
        ? null
        : ctx.directives.tagName(tagToken.source, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg));
    if (token.type === 'block-seq') {
        const { anchor, newlineAfterProp: nl } = props;
        const lastProp = anchor && tagToken
            ? anchor.offset > tagToken.offset
                ? anchor
                : tagToken
            : (anchor ?? tagToken);
        if (lastProp && (!nl || nl.offset < lastProp.offset)) {
            const message = 'Missing newline after block sequence props';
            onError(lastProp, 'MISSING_CHAR', message);
        }
    }
    const expType = token.type === 'block-map'
        ? 'map'
        : token.type === 'block-seq'
            ? 'seq'
            : token.start.source === '{'
                ? 'map'
                : 'seq';
    // shortcut: check if it's a generic YAMLMap or YAMLSeq
    // before jumping into the custom tag logic.
    if (!tagToken ||
        !tagName ||
        tagName === '!' ||
        (tagName === YAMLMap.YAMLMap.tagName && expType === 'map') ||
        (tagName === YAMLSeq.YAMLSeq.tagName && expType === 'seq')) {
        return resolveCollection(CN, ctx, token, onError, tagName);
    }
    let tag = ctx.schema.tags.find(t => t.tag === tagName && t.collection === expType);
    if (!tag) {
        const kt = ctx.schema.knownTags[tagName];
        if (kt?.collection === expType) {
            ctx.schema.tags.push(Object.assign({}, kt, { default: false }));
            tag = kt;
        }
        else {
            if (kt) {
                onError(tagToken, 'BAD_COLLECTION_TYPE', `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? 'scalar'}`, true);
            }
            else {
                onError(tagToken, 'TAG_RESOLVE_FAILED', `Unresolved tag: ${tagName}`, true);
            }
            return resolveCollection(CN, ctx, token, onError, tagName);
        }
    }
    const coll = resolveCollection(CN, ctx, token, onError, tagName, tag);
    const res = tag.resolve?.(coll, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg), ctx.options) ?? coll;
    const node = identity.isNode(res)
        ? res
        : new Scalar.Scalar(res);
    node.range = coll.range;
    node.tag = tagName;
    if (tag?.format)
        node.format = tag.format;
    return node;
}

exports.composeCollection = composeCollection;


/***/ }),

/***/ 3683:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Document = __nccwpck_require__(3021);
var composeNode = __nccwpck_require__(5937);
var resolveEnd = __nccwpck_require__(7788);
var resolveProps = __nccwpck_require__(4631);

function composeDoc(options, directives, { offset, start, value, end }, onError) {
    const opts = Object.assign({ _directives: directives }, options);
    const doc = new Document.Document(undefined, opts);
    const ctx = {
        atKey: false,
        atRoot: true,
        directives: doc.directives,
        options: doc.options,
        schema: doc.schema
    };
    const props = resolveProps.resolveProps(start, {
        indicator: 'doc-start',
        next: value ?? end?.[0],
        offset,
        onError,
        parentIndent: 0,
        startOnNewline: true
    });
    if (props.found) {
        doc.directives.docStart = true;
        if (value &&
            (value.type === 'block-map' || value.type === 'block-seq') &&
            !props.hasNewline)
            onError(props.end, 'MISSING_CHAR', 'Block collection cannot start on same line with directives-end marker');
    }
    // @ts-expect-error If Contents is set, let's trust the user
    doc.contents = value
        ? composeNode.composeNode(ctx, value, props, onError)
        : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
    const contentEnd = doc.contents.range[2];
    const re = resolveEnd.resolveEnd(end, contentEnd, false, onError);
    if (re.comment)
        doc.comment = re.comment;
    doc.range = [offset, contentEnd, re.offset];
    return doc;
}

exports.composeDoc = composeDoc;


/***/ }),

/***/ 5937:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Alias = __nccwpck_require__(4065);
var identity = __nccwpck_require__(1127);
var composeCollection = __nccwpck_require__(7349);
var composeScalar = __nccwpck_require__(5413);
var resolveEnd = __nccwpck_require__(7788);
var utilEmptyScalarPosition = __nccwpck_require__(2599);

const CN = { composeNode, composeEmptyNode };
function composeNode(ctx, token, props, onError) {
    const atKey = ctx.atKey;
    const { spaceBefore, comment, anchor, tag } = props;
    let node;
    let isSrcToken = true;
    switch (token.type) {
        case 'alias':
            node = composeAlias(ctx, token, onError);
            if (anchor || tag)
                onError(token, 'ALIAS_PROPS', 'An alias node must not specify any properties');
            break;
        case 'scalar':
        case 'single-quoted-scalar':
        case 'double-quoted-scalar':
        case 'block-scalar':
            node = composeScalar.composeScalar(ctx, token, tag, onError);
            if (anchor)
                node.anchor = anchor.source.substring(1);
            break;
        case 'block-map':
        case 'block-seq':
        case 'flow-collection':
            try {
                node = composeCollection.composeCollection(CN, ctx, token, props, onError);
                if (anchor)
                    node.anchor = anchor.source.substring(1);
            }
            catch (error) {
                // Almost certainly here due to a stack overflow
                const message = error instanceof Error ? error.message : String(error);
                onError(token, 'RESOURCE_EXHAUSTION', message);
            }
            break;
        default: {
            const message = token.type === 'error'
                ? token.message
                : `Unsupported token (type: ${token.type})`;
            onError(token, 'UNEXPECTED_TOKEN', message);
            isSrcToken = false;
        }
    }
    node ?? (node = composeEmptyNode(ctx, token.offset, undefined, null, props, onError));
    if (anchor && node.anchor === '')
        onError(anchor, 'BAD_ALIAS', 'Anchor cannot be an empty string');
    if (atKey &&
        ctx.options.stringKeys &&
        (!identity.isScalar(node) ||
            typeof node.value !== 'string' ||
            (node.tag && node.tag !== 'tag:yaml.org,2002:str'))) {
        const msg = 'With stringKeys, all keys must be strings';
        onError(tag ?? token, 'NON_STRING_KEY', msg);
    }
    if (spaceBefore)
        node.spaceBefore = true;
    if (comment) {
        if (token.type === 'scalar' && token.source === '')
            node.comment = comment;
        else
            node.commentBefore = comment;
    }
    // @ts-expect-error Type checking misses meaning of isSrcToken
    if (ctx.options.keepSourceTokens && isSrcToken)
        node.srcToken = token;
    return node;
}
function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor, tag, end }, onError) {
    const token = {
        type: 'scalar',
        offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
        indent: -1,
        source: ''
    };
    const node = composeScalar.composeScalar(ctx, token, tag, onError);
    if (anchor) {
        node.anchor = anchor.source.substring(1);
        if (node.anchor === '')
            onError(anchor, 'BAD_ALIAS', 'Anchor cannot be an empty string');
    }
    if (spaceBefore)
        node.spaceBefore = true;
    if (comment) {
        node.comment = comment;
        node.range[2] = end;
    }
    return node;
}
function composeAlias({ options }, { offset, source, end }, onError) {
    const alias = new Alias.Alias(source.substring(1));
    if (alias.source === '')
        onError(offset, 'BAD_ALIAS', 'Alias cannot be an empty string');
    if (alias.source.endsWith(':'))
        onError(offset + source.length - 1, 'BAD_ALIAS', 'Alias ending in : is ambiguous', true);
    const valueEnd = offset + source.length;
    const re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
    alias.range = [offset, valueEnd, re.offset];
    if (re.comment)
        alias.comment = re.comment;
    return alias;
}

exports.composeEmptyNode = composeEmptyNode;
exports.composeNode = composeNode;


/***/ }),

/***/ 5413:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Scalar = __nccwpck_require__(3301);
var resolveBlockScalar = __nccwpck_require__(8913);
var resolveFlowScalar = __nccwpck_require__(6842);

function composeScalar(ctx, token, tagToken, onError) {
    const { value, type, comment, range } = token.type === 'block-scalar'
        ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError)
        : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError);
    const tagName = tagToken
        ? ctx.directives.tagName(tagToken.source, msg => onError(tagToken, 'TAG_RESOLVE_FAILED', msg))
        : null;
    let tag;
    if (ctx.options.stringKeys && ctx.atKey) {
        tag = ctx.schema[identity.SCALAR];
    }
    else if (tagName)
        tag = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError);
    else if (token.type === 'scalar')
        tag = findScalarTagByTest(ctx, value, token, onError);
    else
        tag = ctx.schema[identity.SCALAR];
    let scalar;
    try {
        const res = tag.resolve(value, msg => onError(tagToken ?? token, 'TAG_RESOLVE_FAILED', msg), ctx.options);
        scalar = identity.isScalar(res) ? res : new Scalar.Scalar(res);
    }
    catch (error) {
        const msg = error instanceof Error ? error.message : String(error);
        onError(tagToken ?? token, 'TAG_RESOLVE_FAILED', msg);
        scalar = new Scalar.Scalar(value);
    }
    scalar.range = range;
    scalar.source = value;
    if (type)
        scalar.type = type;
    if (tagName)
        scalar.tag = tagName;
    if (tag.format)
        scalar.format = tag.format;
    if (comment)
        scalar.comment = comment;
    return scalar;
}
function findScalarTagByName(schema, value, tagName, tagToken, onError) {
    if (tagName === '!')
        return schema[identity.SCALAR]; // non-specific tag
    const matchWithTest = [];
    for (const tag of schema.tags) {
        if (!tag.collection && tag.tag === tagName) {
            if (tag.default && tag.test)
                matchWithTest.push(tag);
            else
                return tag;
        }
    }
    for (const tag of matchWithTest)
        if (tag.test?.test(value))
            return tag;
    const kt = schema.knownTags[tagName];
    if (kt && !kt.collection) {
        // Ensure that the known tag is available for stringifying,
        // but does not get used by default.
        schema.tags.push(Object.assign({}, kt, { default: false, test: undefined }));
        return kt;
    }
    onError(tagToken, 'TAG_RESOLVE_FAILED', `Unresolved tag: ${tagName}`, tagName !== 'tag:yaml.org,2002:str');
    return schema[identity.SCALAR];
}
function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
    const tag = schema.tags.find(tag => (tag.default === true || (atKey && tag.default === 'key')) &&
        tag.test?.test(value)) || schema[identity.SCALAR];
    if (schema.compat) {
        const compat = schema.compat.find(tag => tag.default && tag.test?.test(value)) ??
            schema[identity.SCALAR];
        if (tag.tag !== compat.tag) {
            const ts = directives.tagString(tag.tag);
            const cs = directives.tagString(compat.tag);
            const msg = `Value may be parsed as either ${ts} or ${cs}`;
            onError(token, 'TAG_RESOLVE_FAILED', msg, true);
        }
    }
    return tag;
}

exports.composeScalar = composeScalar;


/***/ }),

/***/ 9984:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var node_process = __nccwpck_require__(932);
var directives = __nccwpck_require__(1342);
var Document = __nccwpck_require__(3021);
var errors = __nccwpck_require__(1464);
var identity = __nccwpck_require__(1127);
var composeDoc = __nccwpck_require__(3683);
var resolveEnd = __nccwpck_require__(7788);

function getErrorPos(src) {
    if (typeof src === 'number')
        return [src, src + 1];
    if (Array.isArray(src))
        return src.length === 2 ? src : [src[0], src[1]];
    const { offset, source } = src;
    return [offset, offset + (typeof source === 'string' ? source.length : 1)];
}
function parsePrelude(prelude) {
    let comment = '';
    let atComment = false;
    let afterEmptyLine = false;
    for (let i = 0; i < prelude.length; ++i) {
        const source = prelude[i];
        switch (source[0]) {
            case '#':
                comment +=
                    (comment === '' ? '' : afterEmptyLine ? '\n\n' : '\n') +
                        (source.substring(1) || ' ');
                atComment = true;
                afterEmptyLine = false;
                break;
            case '%':
                if (prelude[i + 1]?.[0] !== '#')
                    i += 1;
                atComment = false;
                break;
            default:
                // This may be wrong after doc-end, but in that case it doesn't matter
                if (!atComment)
                    afterEmptyLine = true;
                atComment = false;
        }
    }
    return { comment, afterEmptyLine };
}
/**
 * Compose a stream of CST nodes into a stream of YAML Documents.
 *
 * ```ts
 * import { Composer, Parser } from 'yaml'
 *
 * const src: string = ...
 * const tokens = new Parser().parse(src)
 * const docs = new Composer().compose(tokens)
 * ```
 */
class Composer {
    constructor(options = {}) {
        this.doc = null;
        this.atDirectives = false;
        this.prelude = [];
        this.errors = [];
        this.warnings = [];
        this.onError = (source, code, message, warning) => {
            const pos = getErrorPos(source);
            if (warning)
                this.warnings.push(new errors.YAMLWarning(pos, code, message));
            else
                this.errors.push(new errors.YAMLParseError(pos, code, message));
        };
        // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
        this.directives = new directives.Directives({ version: options.version || '1.2' });
        this.options = options;
    }
    decorate(doc, afterDoc) {
        const { comment, afterEmptyLine } = parsePrelude(this.prelude);
        //console.log({ dc: doc.comment, prelude, comment })
        if (comment) {
            const dc = doc.contents;
            if (afterDoc) {
                doc.comment = doc.comment ? `${doc.comment}\n${comment}` : comment;
            }
            else if (afterEmptyLine || doc.directives.docStart || !dc) {
                doc.commentBefore = comment;
            }
            else if (identity.isCollection(dc) && !dc.flow && dc.items.length > 0) {
                let it = dc.items[0];
                if (identity.isPair(it))
                    it = it.key;
                const cb = it.commentBefore;
                it.commentBefore = cb ? `${comment}\n${cb}` : comment;
            }
            else {
                const cb = dc.commentBefore;
                dc.commentBefore = cb ? `${comment}\n${cb}` : comment;
            }
        }
        if (afterDoc) {
            for (let i = 0; i < this.errors.length; ++i)
                doc.errors.push(this.errors[i]);
            for (let i = 0; i < this.warnings.length; ++i)
                doc.warnings.push(this.warnings[i]);
        }
        else {
            doc.errors = this.errors;
            doc.warnings = this.warnings;
        }
        this.prelude = [];
        this.errors = [];
        this.warnings = [];
    }
    /**
     * Current stream status information.
     *
     * Mostly useful at the end of input for an empty stream.
     */
    streamInfo() {
        return {
            comment: parsePrelude(this.prelude).comment,
            directives: this.directives,
            errors: this.errors,
            warnings: this.warnings
        };
    }
    /**
     * Compose tokens into documents.
     *
     * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
     * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
     */
    *compose(tokens, forceDoc = false, endOffset = -1) {
        for (const token of tokens)
            yield* this.next(token);
        yield* this.end(forceDoc, endOffset);
    }
    /** Advance the composer by one CST token. */
    *next(token) {
        if (node_process.env.LOG_STREAM)
            console.dir(token, { depth: null });
        switch (token.type) {
            case 'directive':
                this.directives.add(token.source, (offset, message, warning) => {
                    const pos = getErrorPos(token);
                    pos[0] += offset;
                    this.onError(pos, 'BAD_DIRECTIVE', message, warning);
                });
                this.prelude.push(token.source);
                this.atDirectives = true;
                break;
            case 'document': {
                const doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
                if (this.atDirectives && !doc.directives.docStart)
                    this.onError(token, 'MISSING_CHAR', 'Missing directives-end/doc-start indicator line');
                this.decorate(doc, false);
                if (this.doc)
                    yield this.doc;
                this.doc = doc;
                this.atDirectives = false;
                break;
            }
            case 'byte-order-mark':
            case 'space':
                break;
            case 'comment':
            case 'newline':
                this.prelude.push(token.source);
                break;
            case 'error': {
                const msg = token.source
                    ? `${token.message}: ${JSON.stringify(token.source)}`
                    : token.message;
                const error = new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', msg);
                if (this.atDirectives || !this.doc)
                    this.errors.push(error);
                else
                    this.doc.errors.push(error);
                break;
            }
            case 'doc-end': {
                if (!this.doc) {
                    const msg = 'Unexpected doc-end without preceding document';
                    this.errors.push(new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', msg));
                    break;
                }
                this.doc.directives.docEnd = true;
                const end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
                this.decorate(this.doc, true);
                if (end.comment) {
                    const dc = this.doc.comment;
                    this.doc.comment = dc ? `${dc}\n${end.comment}` : end.comment;
                }
                this.doc.range[2] = end.offset;
                break;
            }
            default:
                this.errors.push(new errors.YAMLParseError(getErrorPos(token), 'UNEXPECTED_TOKEN', `Unsupported token ${token.type}`));
        }
    }
    /**
     * Call at end of input to yield any remaining document.
     *
     * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
     * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
     */
    *end(forceDoc = false, endOffset = -1) {
        if (this.doc) {
            this.decorate(this.doc, true);
            yield this.doc;
            this.doc = null;
        }
        else if (forceDoc) {
            const opts = Object.assign({ _directives: this.directives }, this.options);
            const doc = new Document.Document(undefined, opts);
            if (this.atDirectives)
                this.onError(endOffset, 'MISSING_CHAR', 'Missing directives-end indicator line');
            doc.range = [0, endOffset, endOffset];
            this.decorate(doc, false);
            yield doc;
        }
    }
}

exports.Composer = Composer;


/***/ }),

/***/ 7103:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Pair = __nccwpck_require__(7165);
var YAMLMap = __nccwpck_require__(4454);
var resolveProps = __nccwpck_require__(4631);
var utilContainsNewline = __nccwpck_require__(9499);
var utilFlowIndentCheck = __nccwpck_require__(4051);
var utilMapIncludes = __nccwpck_require__(1187);

const startColMsg = 'All mapping items must start at the same column';
function resolveBlockMap({ composeNode, composeEmptyNode }, ctx, bm, onError, tag) {
    const NodeClass = tag?.nodeClass ?? YAMLMap.YAMLMap;
    const map = new NodeClass(ctx.schema);
    if (ctx.atRoot)
        ctx.atRoot = false;
    let offset = bm.offset;
    let commentEnd = null;
    for (const collItem of bm.items) {
        const { start, key, sep, value } = collItem;
        // key properties
        const keyProps = resolveProps.resolveProps(start, {
            indicator: 'explicit-key-ind',
            next: key ?? sep?.[0],
            offset,
            onError,
            parentIndent: bm.indent,
            startOnNewline: true
        });
        const implicitKey = !keyProps.found;
        if (implicitKey) {
            if (key) {
                if (key.type === 'block-seq')
                    onError(offset, 'BLOCK_AS_IMPLICIT_KEY', 'A block sequence may not be used as an implicit map key');
                else if ('indent' in key && key.indent !== bm.indent)
                    onError(offset, 'BAD_INDENT', startColMsg);
            }
            if (!keyProps.anchor && !keyProps.tag && !sep) {
                commentEnd = keyProps.end;
                if (keyProps.comment) {
                    if (map.comment)
                        map.comment += '\n' + keyProps.comment;
                    else
                        map.comment = keyProps.comment;
                }
                continue;
            }
            if (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) {
                onError(key ?? start[start.length - 1], 'MULTILINE_IMPLICIT_KEY', 'Implicit keys need to be on a single line');
            }
        }
        else if (keyProps.found?.indent !== bm.indent) {
            onError(offset, 'BAD_INDENT', startColMsg);
        }
        // key value
        ctx.atKey = true;
        const keyStart = keyProps.end;
        const keyNode = key
            ? composeNode(ctx, key, keyProps, onError)
            : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
        if (ctx.schema.compat)
            utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError);
        ctx.atKey = false;
        if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
            onError(keyStart, 'DUPLICATE_KEY', 'Map keys must be unique');
        // value properties
        const valueProps = resolveProps.resolveProps(sep ?? [], {
            indicator: 'map-value-ind',
            next: value,
            offset: keyNode.range[2],
            onError,
            parentIndent: bm.indent,
            startOnNewline: !key || key.type === 'block-scalar'
        });
        offset = valueProps.end;
        if (valueProps.found) {
            if (implicitKey) {
                if (value?.type === 'block-map' && !valueProps.hasNewline)
                    onError(offset, 'BLOCK_AS_IMPLICIT_KEY', 'Nested mappings are not allowed in compact mappings');
                if (ctx.options.strict &&
                    keyProps.start < valueProps.found.offset - 1024)
                    onError(keyNode.range, 'KEY_OVER_1024_CHARS', 'The : indicator must be at most 1024 chars after the start of an implicit block mapping key');
            }
            // value value
            const valueNode = value
                ? composeNode(ctx, value, valueProps, onError)
                : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
            if (ctx.schema.compat)
                utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError);
            offset = valueNode.range[2];
            const pair = new Pair.Pair(keyNode, valueNode);
            if (ctx.options.keepSourceTokens)
                pair.srcToken = collItem;
            map.items.push(pair);
        }
        else {
            // key with no value
            if (implicitKey)
                onError(keyNode.range, 'MISSING_CHAR', 'Implicit map keys need to be followed by map values');
            if (valueProps.comment) {
                if (keyNode.comment)
                    keyNode.comment += '\n' + valueProps.comment;
                else
                    keyNode.comment = valueProps.comment;
            }
            const pair = new Pair.Pair(keyNode);
            if (ctx.options.keepSourceTokens)
                pair.srcToken = collItem;
            map.items.push(pair);
        }
    }
    if (commentEnd && commentEnd < offset)
        onError(commentEnd, 'IMPOSSIBLE', 'Map comment with trailing content');
    map.range = [bm.offset, offset, commentEnd ?? offset];
    return map;
}

exports.resolveBlockMap = resolveBlockMap;


/***/ }),

/***/ 8913:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);

function resolveBlockScalar(ctx, scalar, onError) {
    const start = scalar.offset;
    const header = parseBlockScalarHeader(scalar, ctx.options.strict, onError);
    if (!header)
        return { value: '', type: null, comment: '', range: [start, start, start] };
    const type = header.mode === '>' ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL;
    const lines = scalar.source ? splitLines(scalar.source) : [];
    // determine the end of content & start of chomping
    let chompStart = lines.length;
    for (let i = lines.length - 1; i >= 0; --i) {
        const content = lines[i][1];
        if (content === '' || content === '\r')
            chompStart = i;
        else
            break;
    }
    // shortcut for empty contents
    if (chompStart === 0) {
        const value = header.chomp === '+' && lines.length > 0
            ? '\n'.repeat(Math.max(1, lines.length - 1))
            : '';
        let end = start + header.length;
        if (scalar.source)
            end += scalar.source.length;
        return { value, type, comment: header.comment, range: [start, end, end] };
    }
    // find the indentation level to trim from start
    let trimIndent = scalar.indent + header.indent;
    let offset = scalar.offset + header.length;
    let contentStart = 0;
    for (let i = 0; i < chompStart; ++i) {
        const [indent, content] = lines[i];
        if (content === '' || content === '\r') {
            if (header.indent === 0 && indent.length > trimIndent)
                trimIndent = indent.length;
        }
        else {
            if (indent.length < trimIndent) {
                const message = 'Block scalars with more-indented leading empty lines must use an explicit indentation indicator';
                onError(offset + indent.length, 'MISSING_CHAR', message);
            }
            if (header.indent === 0)
                trimIndent = indent.length;
            contentStart = i;
            if (trimIndent === 0 && !ctx.atRoot) {
                const message = 'Block scalar values in collections must be indented';
                onError(offset, 'BAD_INDENT', message);
            }
            break;
        }
        offset += indent.length + content.length + 1;
    }
    // include trailing more-indented empty lines in content
    for (let i = lines.length - 1; i >= chompStart; --i) {
        if (lines[i][0].length > trimIndent)
            chompStart = i + 1;
    }
    let value = '';
    let sep = '';
    let prevMoreIndented = false;
    // leading whitespace is kept intact
    for (let i = 0; i < contentStart; ++i)
        value += lines[i][0].slice(trimIndent) + '\n';
    for (let i = contentStart; i < chompStart; ++i) {
        let [indent, content] = lines[i];
        offset += indent.length + content.length + 1;
        const crlf = content[content.length - 1] === '\r';
        if (crlf)
            content = content.slice(0, -1);
        /* istanbul ignore if already caught in lexer */
        if (content && indent.length < trimIndent) {
            const src = header.indent
                ? 'explicit indentation indicator'
                : 'first line';
            const message = `Block scalar lines must not be less indented than their ${src}`;
            onError(offset - content.length - (crlf ? 2 : 1), 'BAD_INDENT', message);
            indent = '';
        }
        if (type === Scalar.Scalar.BLOCK_LITERAL) {
            value += sep + indent.slice(trimIndent) + content;
            sep = '\n';
        }
        else if (indent.length > trimIndent || content[0] === '\t') {
            // more-indented content within a folded block
            if (sep === ' ')
                sep = '\n';
            else if (!prevMoreIndented && sep === '\n')
                sep = '\n\n';
            value += sep + indent.slice(trimIndent) + content;
            sep = '\n';
            prevMoreIndented = true;
        }
        else if (content === '') {
            // empty line
            if (sep === '\n')
                value += '\n';
            else
                sep = '\n';
        }
        else {
            value += sep + content;
            sep = ' ';
            prevMoreIndented = false;
        }
    }
    switch (header.chomp) {
        case '-':
            break;
        case '+':
            for (let i = chompStart; i < lines.length; ++i)
                value += '\n' + lines[i][0].slice(trimIndent);
            if (value[value.length - 1] !== '\n')
                value += '\n';
            break;
        default:
            value += '\n';
    }
    const end = start + header.length + scalar.source.length;
    return { value, type, comment: header.comment, range: [start, end, end] };
}
function parseBlockScalarHeader({ offset, props }, strict, onError) {
    /* istanbul ignore if should not happen */
    if (props[0].type !== 'block-scalar-header') {
        onError(props[0], 'IMPOSSIBLE', 'Block scalar header not found');
        return null;
    }
    const { source } = props[0];
    const mode = source[0];
    let indent = 0;
    let chomp = '';
    let error = -1;
    for (let i = 1; i < source.length; ++i) {
        const ch = source[i];
        if (!chomp && (ch === '-' || ch === '+'))
            chomp = ch;
        else {
            const n = Number(ch);
            if (!indent && n)
                indent = n;
            else if (error === -1)
                error = offset + i;
        }
    }
    if (error !== -1)
        onError(error, 'UNEXPECTED_TOKEN', `Block scalar header includes extra characters: ${source}`);
    let hasSpace = false;
    let comment = '';
    let length = source.length;
    for (let i = 1; i < props.length; ++i) {
        const token = props[i];
        switch (token.type) {
            case 'space':
                hasSpace = true;
            // fallthrough
            case 'newline':
                length += token.source.length;
                break;
            case 'comment':
                if (strict && !hasSpace) {
                    const message = 'Comments must be separated from other tokens by white space characters';
                    onError(token, 'MISSING_CHAR', message);
                }
                length += token.source.length;
                comment = token.source.substring(1);
                break;
            case 'error':
                onError(token, 'UNEXPECTED_TOKEN', token.message);
                length += token.source.length;
                break;
            /* istanbul ignore next should not happen */
            default: {
                const message = `Unexpected token in block scalar header: ${token.type}`;
                onError(token, 'UNEXPECTED_TOKEN', message);
                const ts = token.source;
                if (ts && typeof ts === 'string')
                    length += ts.length;
            }
        }
    }
    return { mode, indent, chomp, comment, length };
}
/** @returns Array of lines split up as `[indent, content]` */
function splitLines(source) {
    const split = source.split(/\n( *)/);
    const first = split[0];
    const m = first.match(/^( *)/);
    const line0 = m?.[1]
        ? [m[1], first.slice(m[1].length)]
        : ['', first];
    const lines = [line0];
    for (let i = 1; i < split.length; i += 2)
        lines.push([split[i], split[i + 1]]);
    return lines;
}

exports.resolveBlockScalar = resolveBlockScalar;


/***/ }),

/***/ 334:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var YAMLSeq = __nccwpck_require__(2223);
var resolveProps = __nccwpck_require__(4631);
var utilFlowIndentCheck = __nccwpck_require__(4051);

function resolveBlockSeq({ composeNode, composeEmptyNode }, ctx, bs, onError, tag) {
    const NodeClass = tag?.nodeClass ?? YAMLSeq.YAMLSeq;
    const seq = new NodeClass(ctx.schema);
    if (ctx.atRoot)
        ctx.atRoot = false;
    if (ctx.atKey)
        ctx.atKey = false;
    let offset = bs.offset;
    let commentEnd = null;
    for (const { start, value } of bs.items) {
        const props = resolveProps.resolveProps(start, {
            indicator: 'seq-item-ind',
            next: value,
            offset,
            onError,
            parentIndent: bs.indent,
            startOnNewline: true
        });
        if (!props.found) {
            if (props.anchor || props.tag || value) {
                if (value?.type === 'block-seq')
                    onError(props.end, 'BAD_INDENT', 'All sequence items must start at the same column');
                else
                    onError(offset, 'MISSING_CHAR', 'Sequence item without - indicator');
            }
            else {
                commentEnd = props.end;
                if (props.comment)
                    seq.comment = props.comment;
                continue;
            }
        }
        const node = value
            ? composeNode(ctx, value, props, onError)
            : composeEmptyNode(ctx, props.end, start, null, props, onError);
        if (ctx.schema.compat)
            utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError);
        offset = node.range[2];
        seq.items.push(node);
    }
    seq.range = [bs.offset, offset, commentEnd ?? offset];
    return seq;
}

exports.resolveBlockSeq = resolveBlockSeq;


/***/ }),

/***/ 7788:
/***/ ((__unused_webpack_module, exports) => {



function resolveEnd(end, offset, reqSpace, onError) {
    let comment = '';
    if (end) {
        let hasSpace = false;
        let sep = '';
        for (const token of end) {
            const { source, type } = token;
            switch (type) {
                case 'space':
                    hasSpace = true;
                    break;
                case 'comment': {
                    if (reqSpace && !hasSpace)
                        onError(token, 'MISSING_CHAR', 'Comments must be separated from other tokens by white space characters');
                    const cb = source.substring(1) || ' ';
                    if (!comment)
                        comment = cb;
                    else
                        comment += sep + cb;
                    sep = '';
                    break;
                }
                case 'newline':
                    if (comment)
                        sep += source;
                    hasSpace = true;
                    break;
                default:
                    onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${type} at node end`);
            }
            offset += source.length;
        }
    }
    return { comment, offset };
}

exports.resolveEnd = resolveEnd;


/***/ }),

/***/ 3142:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Pair = __nccwpck_require__(7165);
var YAMLMap = __nccwpck_require__(4454);
var YAMLSeq = __nccwpck_require__(2223);
var resolveEnd = __nccwpck_require__(7788);
var resolveProps = __nccwpck_require__(4631);
var utilContainsNewline = __nccwpck_require__(9499);
var utilMapIncludes = __nccwpck_require__(1187);

const blockMsg = 'Block collections are not allowed within flow collections';
const isBlock = (token) => token && (token.type === 'block-map' || token.type === 'block-seq');
function resolveFlowCollection({ composeNode, composeEmptyNode }, ctx, fc, onError, tag) {
    const isMap = fc.start.source === '{';
    const fcName = isMap ? 'flow map' : 'flow sequence';
    const NodeClass = (tag?.nodeClass ?? (isMap ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq));
    const coll = new NodeClass(ctx.schema);
    coll.flow = true;
    const atRoot = ctx.atRoot;
    if (atRoot)
        ctx.atRoot = false;
    if (ctx.atKey)
        ctx.atKey = false;
    let offset = fc.offset + fc.start.source.length;
    for (let i = 0; i < fc.items.length; ++i) {
        const collItem = fc.items[i];
        const { start, key, sep, value } = collItem;
        const props = resolveProps.resolveProps(start, {
            flow: fcName,
            indicator: 'explicit-key-ind',
            next: key ?? sep?.[0],
            offset,
            onError,
            parentIndent: fc.indent,
            startOnNewline: false
        });
        if (!props.found) {
            if (!props.anchor && !props.tag && !sep && !value) {
                if (i === 0 && props.comma)
                    onError(props.comma, 'UNEXPECTED_TOKEN', `Unexpected , in ${fcName}`);
                else if (i < fc.items.length - 1)
                    onError(props.start, 'UNEXPECTED_TOKEN', `Unexpected empty item in ${fcName}`);
                if (props.comment) {
                    if (coll.comment)
                        coll.comment += '\n' + props.comment;
                    else
                        coll.comment = props.comment;
                }
                offset = props.end;
                continue;
            }
            if (!isMap && ctx.options.strict && utilContainsNewline.containsNewline(key))
                onError(key, // checked by containsNewline()
                'MULTILINE_IMPLICIT_KEY', 'Implicit keys of flow sequence pairs need to be on a single line');
        }
        if (i === 0) {
            if (props.comma)
                onError(props.comma, 'UNEXPECTED_TOKEN', `Unexpected , in ${fcName}`);
        }
        else {
            if (!props.comma)
                onError(props.start, 'MISSING_CHAR', `Missing , between ${fcName} items`);
            if (props.comment) {
                let prevItemComment = '';
                loop: for (const st of start) {
                    switch (st.type) {
                        case 'comma':
                        case 'space':
                            break;
                        case 'comment':
                            prevItemComment = st.source.substring(1);
                            break loop;
                        default:
                            break loop;
                    }
                }
                if (prevItemComment) {
                    let prev = coll.items[coll.items.length - 1];
                    if (identity.isPair(prev))
                        prev = prev.value ?? prev.key;
                    if (prev.comment)
                        prev.comment += '\n' + prevItemComment;
                    else
                        prev.comment = prevItemComment;
                    props.comment = props.comment.substring(prevItemComment.length + 1);
                }
            }
        }
        if (!isMap && !sep && !props.found) {
            // item is a value in a seq
            // → key & sep are empty, start does not include ? or :
            const valueNode = value
                ? composeNode(ctx, value, props, onError)
                : composeEmptyNode(ctx, props.end, sep, null, props, onError);
            coll.items.push(valueNode);
            offset = valueNode.range[2];
            if (isBlock(value))
                onError(valueNode.range, 'BLOCK_IN_FLOW', blockMsg);
        }
        else {
            // item is a key+value pair
            // key value
            ctx.atKey = true;
            const keyStart = props.end;
            const keyNode = key
                ? composeNode(ctx, key, props, onError)
                : composeEmptyNode(ctx, keyStart, start, null, props, onError);
            if (isBlock(key))
                onError(keyNode.range, 'BLOCK_IN_FLOW', blockMsg);
            ctx.atKey = false;
            // value properties
            const valueProps = resolveProps.resolveProps(sep ?? [], {
                flow: fcName,
                indicator: 'map-value-ind',
                next: value,
                offset: keyNode.range[2],
                onError,
                parentIndent: fc.indent,
                startOnNewline: false
            });
            if (valueProps.found) {
                if (!isMap && !props.found && ctx.options.strict) {
                    if (sep)
                        for (const st of sep) {
                            if (st === valueProps.found)
                                break;
                            if (st.type === 'newline') {
                                onError(st, 'MULTILINE_IMPLICIT_KEY', 'Implicit keys of flow sequence pairs need to be on a single line');
                                break;
                            }
                        }
                    if (props.start < valueProps.found.offset - 1024)
                        onError(valueProps.found, 'KEY_OVER_1024_CHARS', 'The : indicator must be at most 1024 chars after the start of an implicit flow sequence key');
                }
            }
            else if (value) {
                if ('source' in value && value.source?.[0] === ':')
                    onError(value, 'MISSING_CHAR', `Missing space after : in ${fcName}`);
                else
                    onError(valueProps.start, 'MISSING_CHAR', `Missing , or : between ${fcName} items`);
            }
            // value value
            const valueNode = value
                ? composeNode(ctx, value, valueProps, onError)
                : valueProps.found
                    ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError)
                    : null;
            if (valueNode) {
                if (isBlock(value))
                    onError(valueNode.range, 'BLOCK_IN_FLOW', blockMsg);
            }
            else if (valueProps.comment) {
                if (keyNode.comment)
                    keyNode.comment += '\n' + valueProps.comment;
                else
                    keyNode.comment = valueProps.comment;
            }
            const pair = new Pair.Pair(keyNode, valueNode);
            if (ctx.options.keepSourceTokens)
                pair.srcToken = collItem;
            if (isMap) {
                const map = coll;
                if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
                    onError(keyStart, 'DUPLICATE_KEY', 'Map keys must be unique');
                map.items.push(pair);
            }
            else {
                const map = new YAMLMap.YAMLMap(ctx.schema);
                map.flow = true;
                map.items.push(pair);
                const endRange = (valueNode ?? keyNode).range;
                map.range = [keyNode.range[0], endRange[1], endRange[2]];
                coll.items.push(map);
            }
            offset = valueNode ? valueNode.range[2] : valueProps.end;
        }
    }
    const expectedEnd = isMap ? '}' : ']';
    const [ce, ...ee] = fc.end;
    let cePos = offset;
    if (ce?.source === expectedEnd)
        cePos = ce.offset + ce.source.length;
    else {
        const name = fcName[0].toUpperCase() + fcName.substring(1);
        const msg = atRoot
            ? `${name} must end with a ${expectedEnd}`
            : `${name} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
        onError(offset, atRoot ? 'MISSING_CHAR' : 'BAD_INDENT', msg);
        if (ce && ce.source.length !== 1)
            ee.unshift(ce);
    }
    if (ee.length > 0) {
        const end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
        if (end.comment) {
            if (coll.comment)
                coll.comment += '\n' + end.comment;
            else
                coll.comment = end.comment;
        }
        coll.range = [fc.offset, cePos, end.offset];
    }
    else {
        coll.range = [fc.offset, cePos, cePos];
    }
    return coll;
}

exports.resolveFlowCollection = resolveFlowCollection;


/***/ }),

/***/ 6842:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);
var resolveEnd = __nccwpck_require__(7788);

function resolveFlowScalar(scalar, strict, onError) {
    const { offset, type, source, end } = scalar;
    let _type;
    let value;
    const _onError = (rel, code, msg) => onError(offset + rel, code, msg);
    switch (type) {
        case 'scalar':
            _type = Scalar.Scalar.PLAIN;
            value = plainValue(source, _onError);
            break;
        case 'single-quoted-scalar':
            _type = Scalar.Scalar.QUOTE_SINGLE;
            value = singleQuotedValue(source, _onError);
            break;
        case 'double-quoted-scalar':
            _type = Scalar.Scalar.QUOTE_DOUBLE;
            value = doubleQuotedValue(source, _onError);
            break;
        /* istanbul ignore next should not happen */
        default:
            onError(scalar, 'UNEXPECTED_TOKEN', `Expected a flow scalar value, but found: ${type}`);
            return {
                value: '',
                type: null,
                comment: '',
                range: [offset, offset + source.length, offset + source.length]
            };
    }
    const valueEnd = offset + source.length;
    const re = resolveEnd.resolveEnd(end, valueEnd, strict, onError);
    return {
        value,
        type: _type,
        comment: re.comment,
        range: [offset, valueEnd, re.offset]
    };
}
function plainValue(source, onError) {
    let badChar = '';
    switch (source[0]) {
        /* istanbul ignore next should not happen */
        case '\t':
            badChar = 'a tab character';
            break;
        case ',':
            badChar = 'flow indicator character ,';
            break;
        case '%':
            badChar = 'directive indicator character %';
            break;
        case '|':
        case '>': {
            badChar = `block scalar indicator ${source[0]}`;
            break;
        }
        case '@':
        case '`': {
            badChar = `reserved character ${source[0]}`;
            break;
        }
    }
    if (badChar)
        onError(0, 'BAD_SCALAR_START', `Plain value cannot start with ${badChar}`);
    return unfoldLines(source);
}
function singleQuotedValue(source, onError) {
    if (source[source.length - 1] !== "'" || source.length === 1)
        onError(source.length, 'MISSING_CHAR', "Missing closing 'quote");
    return unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
}
function unfoldLines(source) {
    const line = /(.*?)\r?\n/sy;
    let match = line.exec(source);
    if (!match)
        return source;
    /**
     * The negative lookbehinds in these RegExps are to
     * prevent causing a polynomial search time in certain cases.
     *
     * The try-catch is for Safari < 16.4 and other old browsers:
     * https://caniuse.com/js-regexp-lookbehind
     */
    let trimEnd, trimBoth;
    try {
        trimEnd = new RegExp('(?<![ \t])[ \t]+$');
        trimBoth = new RegExp('^[ \t]+|(?<![ \t])[ \t]+$', 'g');
    }
    catch {
        trimEnd = /[ \t]+$/;
        trimBoth = /^[ \t]+|[ \t]+$/g;
    }
    let res = match[1].replace(trimEnd, '');
    let sep = ' ';
    let pos = line.lastIndex;
    while ((match = line.exec(source))) {
        const lm = match[1].replace(trimBoth, '');
        if (lm === '') {
            if (sep === '\n')
                res += sep;
            else
                sep = '\n';
        }
        else {
            res += sep + lm;
            sep = ' ';
        }
        pos = line.lastIndex;
    }
    const last = /[ \t]*(.*)/sy;
    last.lastIndex = pos;
    match = last.exec(source);
    return res + sep + (match?.[1] ?? '');
}
function doubleQuotedValue(source, onError) {
    let res = '';
    for (let i = 1; i < source.length - 1; ++i) {
        const ch = source[i];
        if (ch === '\r' && source[i + 1] === '\n')
            continue;
        if (ch === '\n') {
            const { fold, offset } = foldNewline(source, i);
            res += fold;
            i = offset;
        }
        else if (ch === '\\') {
            let next = source[++i];
            const cc = escapeCodes[next];
            if (cc)
                res += cc;
            else if (next === '\n') {
                // skip escaped newlines, but still trim the following line
                next = source[i + 1];
                while (next === ' ' || next === '\t')
                    next = source[++i + 1];
            }
            else if (next === '\r' && source[i + 1] === '\n') {
                // skip escaped CRLF newlines, but still trim the following line
                next = source[++i + 1];
                while (next === ' ' || next === '\t')
                    next = source[++i + 1];
            }
            else if (next === 'x' || next === 'u' || next === 'U') {
                const length = next === 'x' ? 2 : next === 'u' ? 4 : 8;
                res += parseCharCode(source, i + 1, length, onError);
                i += length;
            }
            else {
                const raw = source.substr(i - 1, 2);
                onError(i - 1, 'BAD_DQ_ESCAPE', `Invalid escape sequence ${raw}`);
                res += raw;
            }
        }
        else if (ch === ' ' || ch === '\t') {
            // trim trailing whitespace
            const wsStart = i;
            let next = source[i + 1];
            while (next === ' ' || next === '\t')
                next = source[++i + 1];
            if (next !== '\n' && !(next === '\r' && source[i + 2] === '\n'))
                res += i > wsStart ? source.slice(wsStart, i + 1) : ch;
        }
        else {
            res += ch;
        }
    }
    if (source[source.length - 1] !== '"' || source.length === 1)
        onError(source.length, 'MISSING_CHAR', 'Missing closing "quote');
    return res;
}
/**
 * Fold a single newline into a space, multiple newlines to N - 1 newlines.
 * Presumes `source[offset] === '\n'`
 */
function foldNewline(source, offset) {
    let fold = '';
    let ch = source[offset + 1];
    while (ch === ' ' || ch === '\t' || ch === '\n' || ch === '\r') {
        if (ch === '\r' && source[offset + 2] !== '\n')
            break;
        if (ch === '\n')
            fold += '\n';
        offset += 1;
        ch = source[offset + 1];
    }
    if (!fold)
        fold = ' ';
    return { fold, offset };
}
const escapeCodes = {
    '0': '\0', // null character
    a: '\x07', // bell character
    b: '\b', // backspace
    e: '\x1b', // escape character
    f: '\f', // form feed
    n: '\n', // line feed
    r: '\r', // carriage return
    t: '\t', // horizontal tab
    v: '\v', // vertical tab
    N: '\u0085', // Unicode next line
    _: '\u00a0', // Unicode non-breaking space
    L: '\u2028', // Unicode line separator
    P: '\u2029', // Unicode paragraph separator
    ' ': ' ',
    '"': '"',
    '/': '/',
    '\\': '\\',
    '\t': '\t'
};
function parseCharCode(source, offset, length, onError) {
    const cc = source.substr(offset, length);
    const ok = cc.length === length && /^[0-9a-fA-F]+$/.test(cc);
    const code = ok ? parseInt(cc, 16) : NaN;
    try {
        return String.fromCodePoint(code);
    }
    catch {
        const raw = source.substr(offset - 2, length + 2);
        onError(offset - 2, 'BAD_DQ_ESCAPE', `Invalid escape sequence ${raw}`);
        return raw;
    }
}

exports.resolveFlowScalar = resolveFlowScalar;


/***/ }),

/***/ 4631:
/***/ ((__unused_webpack_module, exports) => {



function resolveProps(tokens, { flow, indicator, next, offset, onError, parentIndent, startOnNewline }) {
    let spaceBefore = false;
    let atNewline = startOnNewline;
    let hasSpace = startOnNewline;
    let comment = '';
    let commentSep = '';
    let hasNewline = false;
    let reqSpace = false;
    let tab = null;
    let anchor = null;
    let tag = null;
    let newlineAfterProp = null;
    let comma = null;
    let found = null;
    let start = null;
    for (const token of tokens) {
        if (reqSpace) {
            if (token.type !== 'space' &&
                token.type !== 'newline' &&
                token.type !== 'comma')
                onError(token.offset, 'MISSING_CHAR', 'Tags and anchors must be separated from the next token by white space');
            reqSpace = false;
        }
        if (tab) {
            if (atNewline && token.type !== 'comment' && token.type !== 'newline') {
                onError(tab, 'TAB_AS_INDENT', 'Tabs are not allowed as indentation');
            }
            tab = null;
        }
        switch (token.type) {
            case 'space':
                // At the doc level, tabs at line start may be parsed
                // as leading white space rather than indentation.
                // In a flow collection, only the parser handles indent.
                if (!flow &&
                    (indicator !== 'doc-start' || next?.type !== 'flow-collection') &&
                    token.source.includes('\t')) {
                    tab = token;
                }
                hasSpace = true;
                break;
            case 'comment': {
                if (!hasSpace)
                    onError(token, 'MISSING_CHAR', 'Comments must be separated from other tokens by white space characters');
                const cb = token.source.substring(1) || ' ';
                if (!comment)
                    comment = cb;
                else
                    comment += commentSep + cb;
                commentSep = '';
                atNewline = false;
                break;
            }
            case 'newline':
                if (atNewline) {
                    if (comment)
                        comment += token.source;
                    else if (!found || indicator !== 'seq-item-ind')
                        spaceBefore = true;
                }
                else
                    commentSep += token.source;
                atNewline = true;
                hasNewline = true;
                if (anchor || tag)
                    newlineAfterProp = token;
                hasSpace = true;
                break;
            case 'anchor':
                if (anchor)
                    onError(token, 'MULTIPLE_ANCHORS', 'A node can have at most one anchor');
                if (token.source.endsWith(':'))
                    onError(token.offset + token.source.length - 1, 'BAD_ALIAS', 'Anchor ending in : is ambiguous', true);
                anchor = token;
                start ?? (start = token.offset);
                atNewline = false;
                hasSpace = false;
                reqSpace = true;
                break;
            case 'tag': {
                if (tag)
                    onError(token, 'MULTIPLE_TAGS', 'A node can have at most one tag');
                tag = token;
                start ?? (start = token.offset);
                atNewline = false;
                hasSpace = false;
                reqSpace = true;
                break;
            }
            case indicator:
                // Could here handle preceding comments differently
                if (anchor || tag)
                    onError(token, 'BAD_PROP_ORDER', `Anchors and tags must be after the ${token.source} indicator`);
                if (found)
                    onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${token.source} in ${flow ?? 'collection'}`);
                found = token;
                atNewline =
                    indicator === 'seq-item-ind' || indicator === 'explicit-key-ind';
                hasSpace = false;
                break;
            case 'comma':
                if (flow) {
                    if (comma)
                        onError(token, 'UNEXPECTED_TOKEN', `Unexpected , in ${flow}`);
                    comma = token;
                    atNewline = false;
                    hasSpace = false;
                    break;
                }
            // else fallthrough
            default:
                onError(token, 'UNEXPECTED_TOKEN', `Unexpected ${token.type} token`);
                atNewline = false;
                hasSpace = false;
        }
    }
    const last = tokens[tokens.length - 1];
    const end = last ? last.offset + last.source.length : offset;
    if (reqSpace &&
        next &&
        next.type !== 'space' &&
        next.type !== 'newline' &&
        next.type !== 'comma' &&
        (next.type !== 'scalar' || next.source !== '')) {
        onError(next.offset, 'MISSING_CHAR', 'Tags and anchors must be separated from the next token by white space');
    }
    if (tab &&
        ((atNewline && tab.indent <= parentIndent) ||
            next?.type === 'block-map' ||
            next?.type === 'block-seq'))
        onError(tab, 'TAB_AS_INDENT', 'Tabs are not allowed as indentation');
    return {
        comma,
        found,
        spaceBefore,
        comment,
        hasNewline,
        anchor,
        tag,
        newlineAfterProp,
        end,
        start: start ?? end
    };
}

exports.resolveProps = resolveProps;


/***/ }),

/***/ 9499:
/***/ ((__unused_webpack_module, exports) => {



function containsNewline(key) {
    if (!key)
        return null;
    switch (key.type) {
        case 'alias':
        case 'scalar':
        case 'double-quoted-scalar':
        case 'single-quoted-scalar':
            if (key.source.includes('\n'))
                return true;
            if (key.end)
                for (const st of key.end)
                    if (st.type === 'newline')
                        return true;
            return false;
        case 'flow-collection':
            for (const it of key.items) {
                for (const st of it.start)
                    if (st.type === 'newline')
                        return true;
                if (it.sep)
                    for (const st of it.sep)
                        if (st.type === 'newline')
                            return true;
                if (containsNewline(it.key) || containsNewline(it.value))
                    return true;
            }
            return false;
        default:
            return true;
    }
}

exports.containsNewline = containsNewline;


/***/ }),

/***/ 2599:
/***/ ((__unused_webpack_module, exports) => {



function emptyScalarPosition(offset, before, pos) {
    if (before) {
        pos ?? (pos = before.length);
        for (let i = pos - 1; i >= 0; --i) {
            let st = before[i];
            switch (st.type) {
                case 'space':
                case 'comment':
                case 'newline':
                    offset -= st.source.length;
                    continue;
            }
            // Technically, an empty scalar is immediately after the last non-empty
            // node, but it's more useful to place it after any whitespace.
            st = before[++i];
            while (st?.type === 'space') {
                offset += st.source.length;
                st = before[++i];
            }
            break;
        }
    }
    return offset;
}

exports.emptyScalarPosition = emptyScalarPosition;


/***/ }),

/***/ 4051:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var utilContainsNewline = __nccwpck_require__(9499);

function flowIndentCheck(indent, fc, onError) {
    if (fc?.type === 'flow-collection') {
        const end = fc.end[0];
        if (end.indent === indent &&
            (end.source === ']' || end.source === '}') &&
            utilContainsNewline.containsNewline(fc)) {
            const msg = 'Flow end indicator should be more indented than parent';
            onError(end, 'BAD_INDENT', msg, true);
        }
    }
}

exports.flowIndentCheck = flowIndentCheck;


/***/ }),

/***/ 1187:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);

function mapIncludes(ctx, items, search) {
    const { uniqueKeys } = ctx.options;
    if (uniqueKeys === false)
        return false;
    const isEqual = typeof uniqueKeys === 'function'
        ? uniqueKeys
        : (a, b) => a === b || (identity.isScalar(a) && identity.isScalar(b) && a.value === b.value);
    return items.some(pair => isEqual(pair.key, search));
}

exports.mapIncludes = mapIncludes;


/***/ }),

/***/ 3021:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Alias = __nccwpck_require__(4065);
var Collection = __nccwpck_require__(101);
var identity = __nccwpck_require__(1127);
var Pair = __nccwpck_require__(7165);
var toJS = __nccwpck_require__(4043);
var Schema = __nccwpck_require__(5840);
var stringifyDocument = __nccwpck_require__(6829);
var anchors = __nccwpck_require__(1596);
var applyReviver = __nccwpck_require__(3661);
var createNode = __nccwpck_require__(2404);
var directives = __nccwpck_require__(1342);

class Document {
    constructor(value, replacer, options) {
        /** A comment before this Document */
        this.commentBefore = null;
        /** A comment immediately after this Document */
        this.comment = null;
        /** Errors encountered during parsing. */
        this.errors = [];
        /** Warnings encountered during parsing. */
        this.warnings = [];
        Object.defineProperty(this, identity.NODE_TYPE, { value: identity.DOC });
        let _replacer = null;
        if (typeof replacer === 'function' || Array.isArray(replacer)) {
            _replacer = replacer;
        }
        else if (options === undefined && replacer) {
            options = replacer;
            replacer = undefined;
        }
        const opt = Object.assign({
            intAsBigInt: false,
            keepSourceTokens: false,
            logLevel: 'warn',
            prettyErrors: true,
            strict: true,
            stringKeys: false,
            uniqueKeys: true,
            version: '1.2'
        }, options);
        this.options = opt;
        let { version } = opt;
        if (options?._directives) {
            this.directives = options._directives.atDocument();
            if (this.directives.yaml.explicit)
                version = this.directives.yaml.version;
        }
        else
            this.directives = new directives.Directives({ version });
        this.setSchema(version, options);
        // @ts-expect-error We can't really know that this matches Contents.
        this.contents =
            value === undefined ? null : this.createNode(value, _replacer, options);
    }
    /**
     * Create a deep copy of this Document and its contents.
     *
     * Custom Node values that inherit from `Object` still refer to their original instances.
     */
    clone() {
        const copy = Object.create(Document.prototype, {
            [identity.NODE_TYPE]: { value: identity.DOC }
        });
        copy.commentBefore = this.commentBefore;
        copy.comment = this.comment;
        copy.errors = this.errors.slice();
        copy.warnings = this.warnings.slice();
        copy.options = Object.assign({}, this.options);
        if (this.directives)
            copy.directives = this.directives.clone();
        copy.schema = this.schema.clone();
        // @ts-expect-error We can't really know that this matches Contents.
        copy.contents = identity.isNode(this.contents)
            ? this.contents.clone(copy.schema)
            : this.contents;
        if (this.range)
            copy.range = this.range.slice();
        return copy;
    }
    /** Adds a value to the document. */
    add(value) {
        if (assertCollection(this.contents))
            this.contents.add(value);
    }
    /** Adds a value to the document. */
    addIn(path, value) {
        if (assertCollection(this.contents))
            this.contents.addIn(path, value);
    }
    /**
     * Create a new `Alias` node, ensuring that the target `node` has the required anchor.
     *
     * If `node` already has an anchor, `name` is ignored.
     * Otherwise, the `node.anchor` value will be set to `name`,
     * or if an anchor with that name is already present in the document,
     * `name` will be used as a prefix for a new unique anchor.
     * If `name` is undefined, the generated anchor will use 'a' as a prefix.
     */
    createAlias(node, name) {
        if (!node.anchor) {
            const prev = anchors.anchorNames(this);
            node.anchor =
                // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
                !name || prev.has(name) ? anchors.findNewAnchor(name || 'a', prev) : name;
        }
        return new Alias.Alias(node.anchor);
    }
    createNode(value, replacer, options) {
        let _replacer = undefined;
        if (typeof replacer === 'function') {
            value = replacer.call({ '': value }, '', value);
            _replacer = replacer;
        }
        else if (Array.isArray(replacer)) {
            const keyToStr = (v) => typeof v === 'number' || v instanceof String || v instanceof Number;
            const asStr = replacer.filter(keyToStr).map(String);
            if (asStr.length > 0)
                replacer = replacer.concat(asStr);
            _replacer = replacer;
        }
        else if (options === undefined && replacer) {
            options = replacer;
            replacer = undefined;
        }
        const { aliasDuplicateObjects, anchorPrefix, flow, keepUndefined, onTagObj, tag } = options ?? {};
        const { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(this, 
        // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
        anchorPrefix || 'a');
        const ctx = {
            aliasDuplicateObjects: aliasDuplicateObjects ?? true,
            keepUndefined: keepUndefined ?? false,
            onAnchor,
            onTagObj,
            replacer: _replacer,
            schema: this.schema,
            sourceObjects
        };
        const node = createNode.createNode(value, tag, ctx);
        if (flow && identity.isCollection(node))
            node.flow = true;
        setAnchors();
        return node;
    }
    /**
     * Convert a key and a value into a `Pair` using the current schema,
     * recursively wrapping all values as `Scalar` or `Collection` nodes.
     */
    createPair(key, value, options = {}) {
        const k = this.createNode(key, null, options);
        const v = this.createNode(value, null, options);
        return new Pair.Pair(k, v);
    }
    /**
     * Removes a value from the document.
     * @returns `true` if the item was found and removed.
     */
    delete(key) {
        return assertCollection(this.contents) ? this.contents.delete(key) : false;
    }
    /**
     * Removes a value from the document.
     * @returns `true` if the item was found and removed.
     */
    deleteIn(path) {
        if (Collection.isEmptyPath(path)) {
            if (this.contents == null)
                return false;
            // @ts-expect-error Presumed impossible if Strict extends false
            this.contents = null;
            return true;
        }
        return assertCollection(this.contents)
            ? this.contents.deleteIn(path)
            : false;
    }
    /**
     * Returns item at `key`, or `undefined` if not found. By default unwraps
     * scalar values from their surrounding node; to disable set `keepScalar` to
     * `true` (collections are always returned intact).
     */
    get(key, keepScalar) {
        return identity.isCollection(this.contents)
            ? this.contents.get(key, keepScalar)
            : undefined;
    }
    /**
     * Returns item at `path`, or `undefined` if not found. By default unwraps
     * scalar values from their surrounding node; to disable set `keepScalar` to
     * `true` (collections are always returned intact).
     */
    getIn(path, keepScalar) {
        if (Collection.isEmptyPath(path))
            return !keepScalar && identity.isScalar(this.contents)
                ? this.contents.value
                : this.contents;
        return identity.isCollection(this.contents)
            ? this.contents.getIn(path, keepScalar)
            : undefined;
    }
    /**
     * Checks if the document includes a value with the key `key`.
     */
    has(key) {
        return identity.isCollection(this.contents) ? this.contents.has(key) : false;
    }
    /**
     * Checks if the document includes a value at `path`.
     */
    hasIn(path) {
        if (Collection.isEmptyPath(path))
            return this.contents !== undefined;
        return identity.isCollection(this.contents) ? this.contents.hasIn(path) : false;
    }
    /**
     * Sets a value in this document. For `!!set`, `value` needs to be a
     * boolean to add/remove the item from the set.
     */
    set(key, value) {
        if (this.contents == null) {
            // @ts-expect-error We can't really know that this matches Contents.
            this.contents = Collection.collectionFromPath(this.schema, [key], value);
        }
        else if (assertCollection(this.contents)) {
            this.contents.set(key, value);
        }
    }
    /**
     * Sets a value in this document. For `!!set`, `value` needs to be a
     * boolean to add/remove the item from the set.
     */
    setIn(path, value) {
        if (Collection.isEmptyPath(path)) {
            // @ts-expect-error We can't really know that this matches Contents.
            this.contents = value;
        }
        else if (this.contents == null) {
            // @ts-expect-error We can't really know that this matches Contents.
            this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value);
        }
        else if (assertCollection(this.contents)) {
            this.contents.setIn(path, value);
        }
    }
    /**
     * Change the YAML version and schema used by the document.
     * A `null` version disables support for directives, explicit tags, anchors, and aliases.
     * It also requires the `schema` option to be given as a `Schema` instance value.
     *
     * Overrides all previously set schema options.
     */
    setSchema(version, options = {}) {
        if (typeof version === 'number')
            version = String(version);
        let opt;
        switch (version) {
            case '1.1':
                if (this.directives)
                    this.directives.yaml.version = '1.1';
                else
                    this.directives = new directives.Directives({ version: '1.1' });
                opt = { resolveKnownTags: false, schema: 'yaml-1.1' };
                break;
            case '1.2':
            case 'next':
                if (this.directives)
                    this.directives.yaml.version = version;
                else
                    this.directives = new directives.Directives({ version });
                opt = { resolveKnownTags: true, schema: 'core' };
                break;
            case null:
                if (this.directives)
                    delete this.directives;
                opt = null;
                break;
            default: {
                const sv = JSON.stringify(version);
                throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
            }
        }
        // Not using `instanceof Schema` to allow for duck typing
        if (options.schema instanceof Object)
            this.schema = options.schema;
        else if (opt)
            this.schema = new Schema.Schema(Object.assign(opt, options));
        else
            throw new Error(`With a null YAML version, the { schema: Schema } option is required`);
    }
    // json & jsonArg are only used from toJSON()
    toJS({ json, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        const ctx = {
            anchors: new Map(),
            doc: this,
            keep: !json,
            mapAsMap: mapAsMap === true,
            mapKeyWarned: false,
            maxAliasCount: typeof maxAliasCount === 'number' ? maxAliasCount : 100
        };
        const res = toJS.toJS(this.contents, jsonArg ?? '', ctx);
        if (typeof onAnchor === 'function')
            for (const { count, res } of ctx.anchors.values())
                onAnchor(res, count);
        return typeof reviver === 'function'
            ? applyReviver.applyReviver(reviver, { '': res }, '', res)
            : res;
    }
    /**
     * A JSON representation of the document `contents`.
     *
     * @param jsonArg Used by `JSON.stringify` to indicate the array index or
     *   property name.
     */
    toJSON(jsonArg, onAnchor) {
        return this.toJS({ json: true, jsonArg, mapAsMap: false, onAnchor });
    }
    /** A YAML representation of the document. */
    toString(options = {}) {
        if (this.errors.length > 0)
            throw new Error('Document with errors cannot be stringified');
        if ('indent' in options &&
            (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
            const s = JSON.stringify(options.indent);
            throw new Error(`"indent" option must be a positive integer, not ${s}`);
        }
        return stringifyDocument.stringifyDocument(this, options);
    }
}
function assertCollection(contents) {
    if (identity.isCollection(contents))
        return true;
    throw new Error('Expected a YAML collection as document contents');
}

exports.Document = Document;


/***/ }),

/***/ 1596:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var visit = __nccwpck_require__(204);

/**
 * Verify that the input string is a valid anchor.
 *
 * Will throw on errors.
 */
function anchorIsValid(anchor) {
    if (/[\x00-\x19\s,[\]{}]/.test(anchor)) {
        const sa = JSON.stringify(anchor);
        const msg = `Anchor must not contain whitespace or control characters: ${sa}`;
        throw new Error(msg);
    }
    return true;
}
function anchorNames(root) {
    const anchors = new Set();
    visit.visit(root, {
        Value(_key, node) {
            if (node.anchor)
                anchors.add(node.anchor);
        }
    });
    return anchors;
}
/** Find a new anchor name with the given `prefix` and a one-indexed suffix. */
function findNewAnchor(prefix, exclude) {
    for (let i = 1; true; ++i) {
        const name = `${prefix}${i}`;
        if (!exclude.has(name))
            return name;
    }
}
function createNodeAnchors(doc, prefix) {
    const aliasObjects = [];
    const sourceObjects = new Map();
    let prevAnchors = null;
    return {
        onAnchor: (source) => {
            aliasObjects.push(source);
            prevAnchors ?? (prevAnchors = anchorNames(doc));
            const anchor = findNewAnchor(prefix, prevAnchors);
            prevAnchors.add(anchor);
            return anchor;
        },
        /**
         * With circular references, the source node is only resolved after all
         * of its child nodes are. This is why anchors are set only after all of
         * the nodes have been created.
         */
        setAnchors: () => {
            for (const source of aliasObjects) {
                const ref = sourceObjects.get(source);
                if (typeof ref === 'object' &&
                    ref.anchor &&
                    (identity.isScalar(ref.node) || identity.isCollection(ref.node))) {
                    ref.node.anchor = ref.anchor;
                }
                else {
                    const error = new Error('Failed to resolve repeated object (this should not happen)');
                    error.source = source;
                    throw error;
                }
            }
        },
        sourceObjects
    };
}

exports.anchorIsValid = anchorIsValid;
exports.anchorNames = anchorNames;
exports.createNodeAnchors = createNodeAnchors;
exports.findNewAnchor = findNewAnchor;


/***/ }),

/***/ 3661:
/***/ ((__unused_webpack_module, exports) => {



/**
 * Applies the JSON.parse reviver algorithm as defined in the ECMA-262 spec,
 * in section 24.5.1.1 "Runtime Semantics: InternalizeJSONProperty" of the
 * 2021 edition: https://tc39.es/ecma262/#sec-json.parse
 *
 * Includes extensions for handling Map and Set objects.
 */
function applyReviver(reviver, obj, key, val) {
    if (val && typeof val === 'object') {
        if (Array.isArray(val)) {
            for (let i = 0, len = val.length; i < len; ++i) {
                const v0 = val[i];
                const v1 = applyReviver(reviver, val, String(i), v0);
                // eslint-disable-next-line @typescript-eslint/no-array-delete
                if (v1 === undefined)
                    delete val[i];
                else if (v1 !== v0)
                    val[i] = v1;
            }
        }
        else if (val instanceof Map) {
            for (const k of Array.from(val.keys())) {
                const v0 = val.get(k);
                const v1 = applyReviver(reviver, val, k, v0);
                if (v1 === undefined)
                    val.delete(k);
                else if (v1 !== v0)
                    val.set(k, v1);
            }
        }
        else if (val instanceof Set) {
            for (const v0 of Array.from(val)) {
                const v1 = applyReviver(reviver, val, v0, v0);
                if (v1 === undefined)
                    val.delete(v0);
                else if (v1 !== v0) {
                    val.delete(v0);
                    val.add(v1);
                }
            }
        }
        else {
            for (const [k, v0] of Object.entries(val)) {
                const v1 = applyReviver(reviver, val, k, v0);
                if (v1 === undefined)
                    delete val[k];
                else if (v1 !== v0)
                    val[k] = v1;
            }
        }
    }
    return reviver.call(obj, key, val);
}

exports.applyReviver = applyReviver;


/***/ }),

/***/ 2404:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Alias = __nccwpck_require__(4065);
var identity = __nccwpck_require__(1127);
var Scalar = __nccwpck_require__(3301);

const defaultTagPrefix = 'tag:yaml.org,2002:';
function findTagObject(value, tagName, tags) {
    if (tagName) {
        const match = tags.filter(t => t.tag === tagName);
        const tagObj = match.find(t => !t.format) ?? match[0];
        if (!tagObj)
            throw new Error(`Tag ${tagName} not found`);
        return tagObj;
    }
    return tags.find(t => t.identify?.(value) && !t.format);
}
function createNode(value, tagName, ctx) {
    if (identity.isDocument(value))
        value = value.contents;
    if (identity.isNode(value))
        return value;
    if (identity.isPair(value)) {
        const map = ctx.schema[identity.MAP].createNode?.(ctx.schema, null, ctx);
        map.items.push(value);
        return map;
    }
    if (value instanceof String ||
        value instanceof Number ||
        value instanceof Boolean ||
        (typeof BigInt !== 'undefined' && value instanceof BigInt) // not supported everywhere
    ) {
        // https://tc39.es/ecma262/#sec-serializejsonproperty
        value = value.valueOf();
    }
    const { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx;
    // Detect duplicate references to the same object & use Alias nodes for all
    // after first. The `ref` wrapper allows for circular references to resolve.
    let ref = undefined;
    if (aliasDuplicateObjects && value && typeof value === 'object') {
        ref = sourceObjects.get(value);
        if (ref) {
            ref.anchor ?? (ref.anchor = onAnchor(value));
            return new Alias.Alias(ref.anchor);
        }
        else {
            ref = { anchor: null, node: null };
            sourceObjects.set(value, ref);
        }
    }
    if (tagName?.startsWith('!!'))
        tagName = defaultTagPrefix + tagName.slice(2);
    let tagObj = findTagObject(value, tagName, schema.tags);
    if (!tagObj) {
        if (value && typeof value.toJSON === 'function') {
            // eslint-disable-next-line @typescript-eslint/no-unsafe-call
            value = value.toJSON();
        }
        if (!value || typeof value !== 'object') {
            const node = new Scalar.Scalar(value);
            if (ref)
                ref.node = node;
            return node;
        }
        tagObj =
            value instanceof Map
                ? schema[identity.MAP]
                : Symbol.iterator in Object(value)
                    ? schema[identity.SEQ]
                    : schema[identity.MAP];
    }
    if (onTagObj) {
        onTagObj(tagObj);
        delete ctx.onTagObj;
    }
    const node = tagObj?.createNode
        ? tagObj.createNode(ctx.schema, value, ctx)
        : typeof tagObj?.nodeClass?.from === 'function'
            ? tagObj.nodeClass.from(ctx.schema, value, ctx)
            : new Scalar.Scalar(value);
    if (tagName)
        node.tag = tagName;
    else if (!tagObj.default)
        node.tag = tagObj.tag;
    if (ref)
        ref.node = node;
    return node;
}

exports.createNode = createNode;


/***/ }),

/***/ 1342:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var visit = __nccwpck_require__(204);

const escapeChars = {
    '!': '%21',
    ',': '%2C',
    '[': '%5B',
    ']': '%5D',
    '{': '%7B',
    '}': '%7D'
};
const escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, ch => escapeChars[ch]);
class Directives {
    constructor(yaml, tags) {
        /**
         * The directives-end/doc-start marker `---`. If `null`, a marker may still be
         * included in the document's stringified representation.
         */
        this.docStart = null;
        /** The doc-end marker `...`.  */
        this.docEnd = false;
        this.yaml = Object.assign({}, Directives.defaultYaml, yaml);
        this.tags = Object.assign({}, Directives.defaultTags, tags);
    }
    clone() {
        const copy = new Directives(this.yaml, this.tags);
        copy.docStart = this.docStart;
        return copy;
    }
    /**
     * During parsing, get a Directives instance for the current document and
     * update the stream state according to the current version's spec.
     */
    atDocument() {
        const res = new Directives(this.yaml, this.tags);
        switch (this.yaml.version) {
            case '1.1':
                this.atNextDocument = true;
                break;
            case '1.2':
                this.atNextDocument = false;
                this.yaml = {
                    explicit: Directives.defaultYaml.explicit,
                    version: '1.2'
                };
                this.tags = Object.assign({}, Directives.defaultTags);
                break;
        }
        return res;
    }
    /**
     * @param onError - May be called even if the action was successful
     * @returns `true` on success
     */
    add(line, onError) {
        if (this.atNextDocument) {
            this.yaml = { explicit: Directives.defaultYaml.explicit, version: '1.1' };
            this.tags = Object.assign({}, Directives.defaultTags);
            this.atNextDocument = false;
        }
        const parts = line.trim().split(/[ \t]+/);
        const name = parts.shift();
        switch (name) {
            case '%TAG': {
                if (parts.length !== 2) {
                    onError(0, '%TAG directive should contain exactly two parts');
                    if (parts.length < 2)
                        return false;
                }
                const [handle, prefix] = parts;
                this.tags[handle] = prefix;
                return true;
            }
            case '%YAML': {
                this.yaml.explicit = true;
                if (parts.length !== 1) {
                    onError(0, '%YAML directive should contain exactly one part');
                    return false;
                }
                const [version] = parts;
                if (version === '1.1' || version === '1.2') {
                    this.yaml.version = version;
                    return true;
                }
                else {
                    const isValid = /^\d+\.\d+$/.test(version);
                    onError(6, `Unsupported YAML version ${version}`, isValid);
                    return false;
                }
            }
            default:
                onError(0, `Unknown directive ${name}`, true);
                return false;
        }
    }
    /**
     * Resolves a tag, matching handles to those defined in %TAG directives.
     *
     * @returns Resolved tag, which may also be the non-specific tag `'!'` or a
     *   `'!local'` tag, or `null` if unresolvable.
     */
    tagName(source, onError) {
        if (source === '!')
            return '!'; // non-specific tag
        if (source[0] !== '!') {
            onError(`Not a valid tag: ${source}`);
            return null;
        }
        if (source[1] === '<') {
            const verbatim = source.slice(2, -1);
            if (verbatim === '!' || verbatim === '!!') {
                onError(`Verbatim tags aren't resolved, so ${source} is invalid.`);
                return null;
            }
            if (source[source.length - 1] !== '>')
                onError('Verbatim tags must end with a >');
            return verbatim;
        }
        const [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
        if (!suffix)
            onError(`The ${source} tag has no suffix`);
        const prefix = this.tags[handle];
        if (prefix) {
            try {
                return prefix + decodeURIComponent(suffix);
            }
            catch (error) {
                onError(String(error));
                return null;
            }
        }
        if (handle === '!')
            return source; // local tag
        onError(`Could not resolve tag: ${source}`);
        return null;
    }
    /**
     * Given a fully resolved tag, returns its printable string form,
     * taking into account current tag prefixes and defaults.
     */
    tagString(tag) {
        for (const [handle, prefix] of Object.entries(this.tags)) {
            if (tag.startsWith(prefix))
                return handle + escapeTagName(tag.substring(prefix.length));
        }
        return tag[0] === '!' ? tag : `!<${tag}>`;
    }
    toString(doc) {
        const lines = this.yaml.explicit
            ? [`%YAML ${this.yaml.version || '1.2'}`]
            : [];
        const tagEntries = Object.entries(this.tags);
        let tagNames;
        if (doc && tagEntries.length > 0 && identity.isNode(doc.contents)) {
            const tags = {};
            visit.visit(doc.contents, (_key, node) => {
                if (identity.isNode(node) && node.tag)
                    tags[node.tag] = true;
            });
            tagNames = Object.keys(tags);
        }
        else
            tagNames = [];
        for (const [handle, prefix] of tagEntries) {
            if (handle === '!!' && prefix === 'tag:yaml.org,2002:')
                continue;
            if (!doc || tagNames.some(tn => tn.startsWith(prefix)))
                lines.push(`%TAG ${handle} ${prefix}`);
        }
        return lines.join('\n');
    }
}
Directives.defaultYaml = { explicit: false, version: '1.2' };
Directives.defaultTags = { '!!': 'tag:yaml.org,2002:' };

exports.Directives = Directives;


/***/ }),

/***/ 1464:
/***/ ((__unused_webpack_module, exports) => {



class YAMLError extends Error {
    constructor(name, pos, code, message) {
        super();
        this.name = name;
        this.code = code;
        this.message = message;
        this.pos = pos;
    }
}
class YAMLParseError extends YAMLError {
    constructor(pos, code, message) {
        super('YAMLParseError', pos, code, message);
    }
}
class YAMLWarning extends YAMLError {
    constructor(pos, code, message) {
        super('YAMLWarning', pos, code, message);
    }
}
const prettifyError = (src, lc) => (error) => {
    if (error.pos[0] === -1)
        return;
    error.linePos = error.pos.map(pos => lc.linePos(pos));
    const { line, col } = error.linePos[0];
    error.message += ` at line ${line}, column ${col}`;
    let ci = col - 1;
    let lineStr = src
        .substring(lc.lineStarts[line - 1], lc.lineStarts[line])
        .replace(/[\n\r]+$/, '');
    // Trim to max 80 chars, keeping col position near the middle
    if (ci >= 60 && lineStr.length > 80) {
        const trimStart = Math.min(ci - 39, lineStr.length - 79);
        lineStr = '…' + lineStr.substring(trimStart);
        ci -= trimStart - 1;
    }
    if (lineStr.length > 80)
        lineStr = lineStr.substring(0, 79) + '…';
    // Include previous line in context if pointing at line start
    if (line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
        // Regexp won't match if start is trimmed
        let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
        if (prev.length > 80)
            prev = prev.substring(0, 79) + '…\n';
        lineStr = prev + lineStr;
    }
    if (/[^ ]/.test(lineStr)) {
        let count = 1;
        const end = error.linePos[1];
        if (end?.line === line && end.col > col) {
            count = Math.max(1, Math.min(end.col - col, 80 - ci));
        }
        const pointer = ' '.repeat(ci) + '^'.repeat(count);
        error.message += `:\n\n${lineStr}\n${pointer}\n`;
    }
};

exports.YAMLError = YAMLError;
exports.YAMLParseError = YAMLParseError;
exports.YAMLWarning = YAMLWarning;
exports.prettifyError = prettifyError;


/***/ }),

/***/ 8815:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

var __webpack_unused_export__;


var composer = __nccwpck_require__(9984);
var Document = __nccwpck_require__(3021);
var Schema = __nccwpck_require__(5840);
var errors = __nccwpck_require__(1464);
var Alias = __nccwpck_require__(4065);
var identity = __nccwpck_require__(1127);
var Pair = __nccwpck_require__(7165);
var Scalar = __nccwpck_require__(3301);
var YAMLMap = __nccwpck_require__(4454);
var YAMLSeq = __nccwpck_require__(2223);
var cst = __nccwpck_require__(3461);
var lexer = __nccwpck_require__(361);
var lineCounter = __nccwpck_require__(6628);
var parser = __nccwpck_require__(3456);
var publicApi = __nccwpck_require__(4047);
var visit = __nccwpck_require__(204);



__webpack_unused_export__ = composer.Composer;
__webpack_unused_export__ = Document.Document;
__webpack_unused_export__ = Schema.Schema;
__webpack_unused_export__ = errors.YAMLError;
__webpack_unused_export__ = errors.YAMLParseError;
__webpack_unused_export__ = errors.YAMLWarning;
__webpack_unused_export__ = Alias.Alias;
__webpack_unused_export__ = identity.isAlias;
__webpack_unused_export__ = identity.isCollection;
__webpack_unused_export__ = identity.isDocument;
__webpack_unused_export__ = identity.isMap;
__webpack_unused_export__ = identity.isNode;
__webpack_unused_export__ = identity.isPair;
__webpack_unused_export__ = identity.isScalar;
__webpack_unused_export__ = identity.isSeq;
__webpack_unused_export__ = Pair.Pair;
__webpack_unused_export__ = Scalar.Scalar;
__webpack_unused_export__ = YAMLMap.YAMLMap;
__webpack_unused_export__ = YAMLSeq.YAMLSeq;
__webpack_unused_export__ = cst;
__webpack_unused_export__ = lexer.Lexer;
__webpack_unused_export__ = lineCounter.LineCounter;
__webpack_unused_export__ = parser.Parser;
__webpack_unused_export__ = publicApi.parse;
__webpack_unused_export__ = publicApi.parseAllDocuments;
exports.Tp = publicApi.parseDocument;
__webpack_unused_export__ = publicApi.stringify;
__webpack_unused_export__ = visit.visit;
__webpack_unused_export__ = visit.visitAsync;


/***/ }),

/***/ 7249:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var node_process = __nccwpck_require__(932);

function debug(logLevel, ...messages) {
    if (logLevel === 'debug')
        console.log(...messages);
}
function warn(logLevel, warning) {
    if (logLevel === 'debug' || logLevel === 'warn') {
        if (typeof node_process.emitWarning === 'function')
            node_process.emitWarning(warning);
        else
            console.warn(warning);
    }
}

exports.debug = debug;
exports.warn = warn;


/***/ }),

/***/ 4065:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var anchors = __nccwpck_require__(1596);
var visit = __nccwpck_require__(204);
var identity = __nccwpck_require__(1127);
var Node = __nccwpck_require__(6673);
var toJS = __nccwpck_require__(4043);

class Alias extends Node.NodeBase {
    constructor(source) {
        super(identity.ALIAS);
        this.source = source;
        Object.defineProperty(this, 'tag', {
            set() {
                throw new Error('Alias nodes cannot have tags');
            }
        });
    }
    /**
     * Resolve the value of this alias within `doc`, finding the last
     * instance of the `source` anchor before this node.
     */
    resolve(doc, ctx) {
        if (ctx?.maxAliasCount === 0)
            throw new ReferenceError('Alias resolution is disabled');
        let nodes;
        if (ctx?.aliasResolveCache) {
            nodes = ctx.aliasResolveCache;
        }
        else {
            nodes = [];
            visit.visit(doc, {
                Node: (_key, node) => {
                    if (identity.isAlias(node) || identity.hasAnchor(node))
                        nodes.push(node);
                }
            });
            if (ctx)
                ctx.aliasResolveCache = nodes;
        }
        let found = undefined;
        for (const node of nodes) {
            if (node === this)
                break;
            if (node.anchor === this.source)
                found = node;
        }
        if (found && ctx) {
            const { anchors, doc, maxAliasCount } = ctx;
            let data = anchors.get(found);
            if (!data) {
                // Resolve anchors for Node.prototype.toJS()
                toJS.toJS(found, null, ctx);
                data = anchors.get(found);
            }
            /* istanbul ignore if */
            if (data?.res === undefined) {
                const msg = 'This should not happen: Alias anchor was not resolved?';
                throw new ReferenceError(msg);
            }
            if (maxAliasCount >= 0) {
                data.count += 1;
                if (data.aliasCount === 0)
                    data.aliasCount = getAliasCount(doc, found, anchors);
                if (data.count * data.aliasCount > maxAliasCount) {
                    const msg = 'Excessive alias count indicates a resource exhaustion attack';
                    throw new ReferenceError(msg);
                }
            }
        }
        return found;
    }
    toJSON(_arg, ctx) {
        if (!ctx)
            return { source: this.source };
        const source = this.resolve(ctx.doc, ctx);
        if (!source) {
            const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
            throw new ReferenceError(msg);
        }
        return ctx.anchors.get(source).res;
    }
    toString(ctx, _onComment, _onChompKeep) {
        const src = `*${this.source}`;
        if (ctx) {
            anchors.anchorIsValid(this.source);
            if (ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
                const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
                throw new Error(msg);
            }
            if (ctx.implicitKey)
                return `${src} `;
        }
        return src;
    }
}
function getAliasCount(doc, node, anchors) {
    if (identity.isAlias(node)) {
        const source = node.resolve(doc);
        const anchor = anchors && source && anchors.get(source);
        return anchor ? anchor.count * anchor.aliasCount : 0;
    }
    else if (identity.isCollection(node)) {
        let count = 0;
        for (const item of node.items) {
            const c = getAliasCount(doc, item, anchors);
            if (c > count)
                count = c;
        }
        return count;
    }
    else if (identity.isPair(node)) {
        const kc = getAliasCount(doc, node.key, anchors);
        const vc = getAliasCount(doc, node.value, anchors);
        return Math.max(kc, vc);
    }
    return 1;
}

exports.Alias = Alias;


/***/ }),

/***/ 101:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var createNode = __nccwpck_require__(2404);
var identity = __nccwpck_require__(1127);
var Node = __nccwpck_require__(6673);

function collectionFromPath(schema, path, value) {
    let v = value;
    for (let i = path.length - 1; i >= 0; --i) {
        const k = path[i];
        if (typeof k === 'number' && Number.isInteger(k) && k >= 0) {
            const a = [];
            a[k] = v;
            v = a;
        }
        else {
            v = new Map([[k, v]]);
        }
    }
    return createNode.createNode(v, undefined, {
        aliasDuplicateObjects: false,
        keepUndefined: false,
        onAnchor: () => {
            throw new Error('This should not happen, please report a bug.');
        },
        schema,
        sourceObjects: new Map()
    });
}
// Type guard is intentionally a little wrong so as to be more useful,
// as it does not cover untypable empty non-string iterables (e.g. []).
const isEmptyPath = (path) => path == null ||
    (typeof path === 'object' && !!path[Symbol.iterator]().next().done);
class Collection extends Node.NodeBase {
    constructor(type, schema) {
        super(type);
        Object.defineProperty(this, 'schema', {
            value: schema,
            configurable: true,
            enumerable: false,
            writable: true
        });
    }
    /**
     * Create a copy of this collection.
     *
     * @param schema - If defined, overwrites the original's schema
     */
    clone(schema) {
        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        if (schema)
            copy.schema = schema;
        copy.items = copy.items.map(it => identity.isNode(it) || identity.isPair(it) ? it.clone(schema) : it);
        if (this.range)
            copy.range = this.range.slice();
        return copy;
    }
    /**
     * Adds a value to the collection. For `!!map` and `!!omap` the value must
     * be a Pair instance or a `{ key, value }` object, which may not have a key
     * that already exists in the map.
     */
    addIn(path, value) {
        if (isEmptyPath(path))
            this.add(value);
        else {
            const [key, ...rest] = path;
            const node = this.get(key, true);
            if (identity.isCollection(node))
                node.addIn(rest, value);
            else if (node === undefined && this.schema)
                this.set(key, collectionFromPath(this.schema, rest, value));
            else
                throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
    }
    /**
     * Removes a value from the collection.
     * @returns `true` if the item was found and removed.
     */
    deleteIn(path) {
        const [key, ...rest] = path;
        if (rest.length === 0)
            return this.delete(key);
        const node = this.get(key, true);
        if (identity.isCollection(node))
            return node.deleteIn(rest);
        else
            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
    }
    /**
     * Returns item at `key`, or `undefined` if not found. By default unwraps
     * scalar values from their surrounding node; to disable set `keepScalar` to
     * `true` (collections are always returned intact).
     */
    getIn(path, keepScalar) {
        const [key, ...rest] = path;
        const node = this.get(key, true);
        if (rest.length === 0)
            return !keepScalar && identity.isScalar(node) ? node.value : node;
        else
            return identity.isCollection(node) ? node.getIn(rest, keepScalar) : undefined;
    }
    hasAllNullValues(allowScalar) {
        return this.items.every(node => {
            if (!identity.isPair(node))
                return false;
            const n = node.value;
            return (n == null ||
                (allowScalar &&
                    identity.isScalar(n) &&
                    n.value == null &&
                    !n.commentBefore &&
                    !n.comment &&
                    !n.tag));
        });
    }
    /**
     * Checks if the collection includes a value with the key `key`.
     */
    hasIn(path) {
        const [key, ...rest] = path;
        if (rest.length === 0)
            return this.has(key);
        const node = this.get(key, true);
        return identity.isCollection(node) ? node.hasIn(rest) : false;
    }
    /**
     * Sets a value in this collection. For `!!set`, `value` needs to be a
     * boolean to add/remove the item from the set.
     */
    setIn(path, value) {
        const [key, ...rest] = path;
        if (rest.length === 0) {
            this.set(key, value);
        }
        else {
            const node = this.get(key, true);
            if (identity.isCollection(node))
                node.setIn(rest, value);
            else if (node === undefined && this.schema)
                this.set(key, collectionFromPath(this.schema, rest, value));
            else
                throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
    }
}

exports.Collection = Collection;
exports.collectionFromPath = collectionFromPath;
exports.isEmptyPath = isEmptyPath;


/***/ }),

/***/ 6673:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var applyReviver = __nccwpck_require__(3661);
var identity = __nccwpck_require__(1127);
var toJS = __nccwpck_require__(4043);

class NodeBase {
    constructor(type) {
        Object.defineProperty(this, identity.NODE_TYPE, { value: type });
    }
    /** Create a copy of this node.  */
    clone() {
        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        if (this.range)
            copy.range = this.range.slice();
        return copy;
    }
    /** A plain JavaScript representation of this node. */
    toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        if (!identity.isDocument(doc))
            throw new TypeError('A document argument is required');
        const ctx = {
            anchors: new Map(),
            doc,
            keep: true,
            mapAsMap: mapAsMap === true,
            mapKeyWarned: false,
            maxAliasCount: typeof maxAliasCount === 'number' ? maxAliasCount : 100
        };
        const res = toJS.toJS(this, '', ctx);
        if (typeof onAnchor === 'function')
            for (const { count, res } of ctx.anchors.values())
                onAnchor(res, count);
        return typeof reviver === 'function'
            ? applyReviver.applyReviver(reviver, { '': res }, '', res)
            : res;
    }
}

exports.NodeBase = NodeBase;


/***/ }),

/***/ 7165:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var createNode = __nccwpck_require__(2404);
var stringifyPair = __nccwpck_require__(9748);
var addPairToJSMap = __nccwpck_require__(7104);
var identity = __nccwpck_require__(1127);

function createPair(key, value, ctx) {
    const k = createNode.createNode(key, undefined, ctx);
    const v = createNode.createNode(value, undefined, ctx);
    return new Pair(k, v);
}
class Pair {
    constructor(key, value = null) {
        Object.defineProperty(this, identity.NODE_TYPE, { value: identity.PAIR });
        this.key = key;
        this.value = value;
    }
    clone(schema) {
        let { key, value } = this;
        if (identity.isNode(key))
            key = key.clone(schema);
        if (identity.isNode(value))
            value = value.clone(schema);
        return new Pair(key, value);
    }
    toJSON(_, ctx) {
        const pair = ctx?.mapAsMap ? new Map() : {};
        return addPairToJSMap.addPairToJSMap(ctx, pair, this);
    }
    toString(ctx, onComment, onChompKeep) {
        return ctx?.doc
            ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep)
            : JSON.stringify(this);
    }
}

exports.Pair = Pair;
exports.createPair = createPair;


/***/ }),

/***/ 3301:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Node = __nccwpck_require__(6673);
var toJS = __nccwpck_require__(4043);

const isScalarValue = (value) => !value || (typeof value !== 'function' && typeof value !== 'object');
class Scalar extends Node.NodeBase {
    constructor(value) {
        super(identity.SCALAR);
        this.value = value;
    }
    toJSON(arg, ctx) {
        return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
    }
    toString() {
        return String(this.value);
    }
}
Scalar.BLOCK_FOLDED = 'BLOCK_FOLDED';
Scalar.BLOCK_LITERAL = 'BLOCK_LITERAL';
Scalar.PLAIN = 'PLAIN';
Scalar.QUOTE_DOUBLE = 'QUOTE_DOUBLE';
Scalar.QUOTE_SINGLE = 'QUOTE_SINGLE';

exports.Scalar = Scalar;
exports.isScalarValue = isScalarValue;


/***/ }),

/***/ 4454:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var stringifyCollection = __nccwpck_require__(1212);
var addPairToJSMap = __nccwpck_require__(7104);
var Collection = __nccwpck_require__(101);
var identity = __nccwpck_require__(1127);
var Pair = __nccwpck_require__(7165);
var Scalar = __nccwpck_require__(3301);

function findPair(items, key) {
    const k = identity.isScalar(key) ? key.value : key;
    for (const it of items) {
        if (identity.isPair(it)) {
            if (it.key === key || it.key === k)
                return it;
            if (identity.isScalar(it.key) && it.key.value === k)
                return it;
        }
    }
    return undefined;
}
class YAMLMap extends Collection.Collection {
    static get tagName() {
        return 'tag:yaml.org,2002:map';
    }
    constructor(schema) {
        super(identity.MAP, schema);
        this.items = [];
    }
    /**
     * A generic collection parsing method that can be extended
     * to other node classes that inherit from YAMLMap
     */
    static from(schema, obj, ctx) {
        const { keepUndefined, replacer } = ctx;
        const map = new this(schema);
        const add = (key, value) => {
            if (typeof replacer === 'function')
                value = replacer.call(obj, key, value);
            else if (Array.isArray(replacer) && !replacer.includes(key))
                return;
            if (value !== undefined || keepUndefined)
                map.items.push(Pair.createPair(key, value, ctx));
        };
        if (obj instanceof Map) {
            for (const [key, value] of obj)
                add(key, value);
        }
        else if (obj && typeof obj === 'object') {
            for (const key of Object.keys(obj))
                add(key, obj[key]);
        }
        if (typeof schema.sortMapEntries === 'function') {
            map.items.sort(schema.sortMapEntries);
        }
        return map;
    }
    /**
     * Adds a value to the collection.
     *
     * @param overwrite - If not set `true`, using a key that is already in the
     *   collection will throw. Otherwise, overwrites the previous value.
     */
    add(pair, overwrite) {
        let _pair;
        if (identity.isPair(pair))
            _pair = pair;
        else if (!pair || typeof pair !== 'object' || !('key' in pair)) {
            // In TypeScript, this never happens.
            _pair = new Pair.Pair(pair, pair?.value);
        }
        else
            _pair = new Pair.Pair(pair.key, pair.value);
        const prev = findPair(this.items, _pair.key);
        const sortEntries = this.schema?.sortMapEntries;
        if (prev) {
            if (!overwrite)
                throw new Error(`Key ${_pair.key} already set`);
            // For scalars, keep the old node & its comments and anchors
            if (identity.isScalar(prev.value) && Scalar.isScalarValue(_pair.value))
                prev.value.value = _pair.value;
            else
                prev.value = _pair.value;
        }
        else if (sortEntries) {
            const i = this.items.findIndex(item => sortEntries(_pair, item) < 0);
            if (i === -1)
                this.items.push(_pair);
            else
                this.items.splice(i, 0, _pair);
        }
        else {
            this.items.push(_pair);
        }
    }
    delete(key) {
        const it = findPair(this.items, key);
        if (!it)
            return false;
        const del = this.items.splice(this.items.indexOf(it), 1);
        return del.length > 0;
    }
    get(key, keepScalar) {
        const it = findPair(this.items, key);
        const node = it?.value;
        return (!keepScalar && identity.isScalar(node) ? node.value : node) ?? undefined;
    }
    has(key) {
        return !!findPair(this.items, key);
    }
    set(key, value) {
        this.add(new Pair.Pair(key, value), true);
    }
    /**
     * @param ctx - Conversion context, originally set in Document#toJS()
     * @param {Class} Type - If set, forces the returned collection type
     * @returns Instance of Type, Map, or Object
     */
    toJSON(_, ctx, Type) {
        const map = Type ? new Type() : ctx?.mapAsMap ? new Map() : {};
        if (ctx?.onCreate)
            ctx.onCreate(map);
        for (const item of this.items)
            addPairToJSMap.addPairToJSMap(ctx, map, item);
        return map;
    }
    toString(ctx, onComment, onChompKeep) {
        if (!ctx)
            return JSON.stringify(this);
        for (const item of this.items) {
            if (!identity.isPair(item))
                throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
        }
        if (!ctx.allNullValues && this.hasAllNullValues(false))
            ctx = Object.assign({}, ctx, { allNullValues: true });
        return stringifyCollection.stringifyCollection(this, ctx, {
            blockItemPrefix: '',
            flowChars: { start: '{', end: '}' },
            itemIndent: ctx.indent || '',
            onChompKeep,
            onComment
        });
    }
}

exports.YAMLMap = YAMLMap;
exports.findPair = findPair;


/***/ }),

/***/ 2223:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var createNode = __nccwpck_require__(2404);
var stringifyCollection = __nccwpck_require__(1212);
var Collection = __nccwpck_require__(101);
var identity = __nccwpck_require__(1127);
var Scalar = __nccwpck_require__(3301);
var toJS = __nccwpck_require__(4043);

class YAMLSeq extends Collection.Collection {
    static get tagName() {
        return 'tag:yaml.org,2002:seq';
    }
    constructor(schema) {
        super(identity.SEQ, schema);
        this.items = [];
    }
    add(value) {
        this.items.push(value);
    }
    /**
     * Removes a value from the collection.
     *
     * `key` must contain a representation of an integer for this to succeed.
     * It may be wrapped in a `Scalar`.
     *
     * @returns `true` if the item was found and removed.
     */
    delete(key) {
        const idx = asItemIndex(key);
        if (typeof idx !== 'number')
            return false;
        const del = this.items.splice(idx, 1);
        return del.length > 0;
    }
    get(key, keepScalar) {
        const idx = asItemIndex(key);
        if (typeof idx !== 'number')
            return undefined;
        const it = this.items[idx];
        return !keepScalar && identity.isScalar(it) ? it.value : it;
    }
    /**
     * Checks if the collection includes a value with the key `key`.
     *
     * `key` must contain a representation of an integer for this to succeed.
     * It may be wrapped in a `Scalar`.
     */
    has(key) {
        const idx = asItemIndex(key);
        return typeof idx === 'number' && idx < this.items.length;
    }
    /**
     * Sets a value in this collection. For `!!set`, `value` needs to be a
     * boolean to add/remove the item from the set.
     *
     * If `key` does not contain a representation of an integer, this will throw.
     * It may be wrapped in a `Scalar`.
     */
    set(key, value) {
        const idx = asItemIndex(key);
        if (typeof idx !== 'number')
            throw new Error(`Expected a valid index, not ${key}.`);
        const prev = this.items[idx];
        if (identity.isScalar(prev) && Scalar.isScalarValue(value))
            prev.value = value;
        else
            this.items[idx] = value;
    }
    toJSON(_, ctx) {
        const seq = [];
        if (ctx?.onCreate)
            ctx.onCreate(seq);
        let i = 0;
        for (const item of this.items)
            seq.push(toJS.toJS(item, String(i++), ctx));
        return seq;
    }
    toString(ctx, onComment, onChompKeep) {
        if (!ctx)
            return JSON.stringify(this);
        return stringifyCollection.stringifyCollection(this, ctx, {
            blockItemPrefix: '- ',
            flowChars: { start: '[', end: ']' },
            itemIndent: (ctx.indent || '') + '  ',
            onChompKeep,
            onComment
        });
    }
    static from(schema, obj, ctx) {
        const { replacer } = ctx;
        const seq = new this(schema);
        if (obj && Symbol.iterator in Object(obj)) {
            let i = 0;
            for (let it of obj) {
                if (typeof replacer === 'function') {
                    const key = obj instanceof Set ? it : String(i++);
                    it = replacer.call(obj, key, it);
                }
                seq.items.push(createNode.createNode(it, undefined, ctx));
            }
        }
        return seq;
    }
}
function asItemIndex(key) {
    let idx = identity.isScalar(key) ? key.value : key;
    if (idx && typeof idx === 'string')
        idx = Number(idx);
    return typeof idx === 'number' && Number.isInteger(idx) && idx >= 0
        ? idx
        : null;
}

exports.YAMLSeq = YAMLSeq;


/***/ }),

/***/ 7104:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var log = __nccwpck_require__(7249);
var merge = __nccwpck_require__(452);
var stringify = __nccwpck_require__(2148);
var identity = __nccwpck_require__(1127);
var toJS = __nccwpck_require__(4043);

function addPairToJSMap(ctx, map, { key, value }) {
    if (identity.isNode(key) && key.addToJSMap)
        key.addToJSMap(ctx, map, value);
    // TODO: Should drop this special case for bare << handling
    else if (merge.isMergeKey(ctx, key))
        merge.addMergeToJSMap(ctx, map, value);
    else {
        const jsKey = toJS.toJS(key, '', ctx);
        if (map instanceof Map) {
            map.set(jsKey, toJS.toJS(value, jsKey, ctx));
        }
        else if (map instanceof Set) {
            map.add(jsKey);
        }
        else {
            const stringKey = stringifyKey(key, jsKey, ctx);
            const jsValue = toJS.toJS(value, stringKey, ctx);
            if (stringKey in map)
                Object.defineProperty(map, stringKey, {
                    value: jsValue,
                    writable: true,
                    enumerable: true,
                    configurable: true
                });
            else
                map[stringKey] = jsValue;
        }
    }
    return map;
}
function stringifyKey(key, jsKey, ctx) {
    if (jsKey === null)
        return '';
    // eslint-disable-next-line @typescript-eslint/no-base-to-string
    if (typeof jsKey !== 'object')
        return String(jsKey);
    if (identity.isNode(key) && ctx?.doc) {
        const strCtx = stringify.createStringifyContext(ctx.doc, {});
        strCtx.anchors = new Set();
        for (const node of ctx.anchors.keys())
            strCtx.anchors.add(node.anchor);
        strCtx.inFlow = true;
        strCtx.inStringifyKey = true;
        const strKey = key.toString(strCtx);
        if (!ctx.mapKeyWarned) {
            let jsonStr = JSON.stringify(strKey);
            if (jsonStr.length > 40)
                jsonStr = jsonStr.substring(0, 36) + '..."';
            log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`);
            ctx.mapKeyWarned = true;
        }
        return strKey;
    }
    return JSON.stringify(jsKey);
}

exports.addPairToJSMap = addPairToJSMap;


/***/ }),

/***/ 1127:
/***/ ((__unused_webpack_module, exports) => {



const ALIAS = Symbol.for('yaml.alias');
const DOC = Symbol.for('yaml.document');
const MAP = Symbol.for('yaml.map');
const PAIR = Symbol.for('yaml.pair');
const SCALAR = Symbol.for('yaml.scalar');
const SEQ = Symbol.for('yaml.seq');
const NODE_TYPE = Symbol.for('yaml.node.type');
const isAlias = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === ALIAS;
const isDocument = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === DOC;
const isMap = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === MAP;
const isPair = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === PAIR;
const isScalar = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === SCALAR;
const isSeq = (node) => !!node && typeof node === 'object' && node[NODE_TYPE] === SEQ;
function isCollection(node) {
    if (node && typeof node === 'object')
        switch (node[NODE_TYPE]) {
            case MAP:
            case SEQ:
                return true;
        }
    return false;
}
function isNode(node) {
    if (node && typeof node === 'object')
        switch (node[NODE_TYPE]) {
            case ALIAS:
            case MAP:
            case SCALAR:
            case SEQ:
                return true;
        }
    return false;
}
const hasAnchor = (node) => (isScalar(node) || isCollection(node)) && !!node.anchor;

exports.ALIAS = ALIAS;
exports.DOC = DOC;
exports.MAP = MAP;
exports.NODE_TYPE = NODE_TYPE;
exports.PAIR = PAIR;
exports.SCALAR = SCALAR;
exports.SEQ = SEQ;
exports.hasAnchor = hasAnchor;
exports.isAlias = isAlias;
exports.isCollection = isCollection;
exports.isDocument = isDocument;
exports.isMap = isMap;
exports.isNode = isNode;
exports.isPair = isPair;
exports.isScalar = isScalar;
exports.isSeq = isSeq;


/***/ }),

/***/ 4043:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);

/**
 * Recursively convert any node or its contents to native JavaScript
 *
 * @param value - The input value
 * @param arg - If `value` defines a `toJSON()` method, use this
 *   as its first argument
 * @param ctx - Conversion context, originally set in Document#toJS(). If
 *   `{ keep: true }` is not set, output should be suitable for JSON
 *   stringification.
 */
function toJS(value, arg, ctx) {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-return
    if (Array.isArray(value))
        return value.map((v, i) => toJS(v, String(i), ctx));
    if (value && typeof value.toJSON === 'function') {
        // eslint-disable-next-line @typescript-eslint/no-unsafe-call
        if (!ctx || !identity.hasAnchor(value))
            return value.toJSON(arg, ctx);
        const data = { aliasCount: 0, count: 1, res: undefined };
        ctx.anchors.set(value, data);
        ctx.onCreate = res => {
            data.res = res;
            delete ctx.onCreate;
        };
        const res = value.toJSON(arg, ctx);
        if (ctx.onCreate)
            ctx.onCreate(res);
        return res;
    }
    if (typeof value === 'bigint' && !ctx?.keep)
        return Number(value);
    return value;
}

exports.toJS = toJS;


/***/ }),

/***/ 110:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var resolveBlockScalar = __nccwpck_require__(8913);
var resolveFlowScalar = __nccwpck_require__(6842);
var errors = __nccwpck_require__(1464);
var stringifyString = __nccwpck_require__(3069);

function resolveAsScalar(token, strict = true, onError) {
    if (token) {
        const _onError = (pos, code, message) => {
            const offset = typeof pos === 'number' ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
            if (onError)
                onError(offset, code, message);
            else
                throw new errors.YAMLParseError([offset, offset + 1], code, message);
        };
        switch (token.type) {
            case 'scalar':
            case 'single-quoted-scalar':
            case 'double-quoted-scalar':
                return resolveFlowScalar.resolveFlowScalar(token, strict, _onError);
            case 'block-scalar':
                return resolveBlockScalar.resolveBlockScalar({ options: { strict } }, token, _onError);
        }
    }
    return null;
}
/**
 * Create a new scalar token with `value`
 *
 * Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
 * as this function does not support any schema operations and won't check for such conflicts.
 *
 * @param value The string representation of the value, which will have its content properly indented.
 * @param context.end Comments and whitespace after the end of the value, or after the block scalar header. If undefined, a newline will be added.
 * @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
 * @param context.indent The indent level of the token.
 * @param context.inFlow Is this scalar within a flow collection? This may affect the resolved type of the token's value.
 * @param context.offset The offset position of the token.
 * @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
 */
function createScalarToken(value, context) {
    const { implicitKey = false, indent, inFlow = false, offset = -1, type = 'PLAIN' } = context;
    const source = stringifyString.stringifyString({ type, value }, {
        implicitKey,
        indent: indent > 0 ? ' '.repeat(indent) : '',
        inFlow,
        options: { blockQuote: true, lineWidth: -1 }
    });
    const end = context.end ?? [
        { type: 'newline', offset: -1, indent, source: '\n' }
    ];
    switch (source[0]) {
        case '|':
        case '>': {
            const he = source.indexOf('\n');
            const head = source.substring(0, he);
            const body = source.substring(he + 1) + '\n';
            const props = [
                { type: 'block-scalar-header', offset, indent, source: head }
            ];
            if (!addEndtoBlockProps(props, end))
                props.push({ type: 'newline', offset: -1, indent, source: '\n' });
            return { type: 'block-scalar', offset, indent, props, source: body };
        }
        case '"':
            return { type: 'double-quoted-scalar', offset, indent, source, end };
        case "'":
            return { type: 'single-quoted-scalar', offset, indent, source, end };
        default:
            return { type: 'scalar', offset, indent, source, end };
    }
}
/**
 * Set the value of `token` to the given string `value`, overwriting any previous contents and type that it may have.
 *
 * Best efforts are made to retain any comments previously associated with the `token`,
 * though all contents within a collection's `items` will be overwritten.
 *
 * Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
 * as this function does not support any schema operations and won't check for such conflicts.
 *
 * @param token Any token. If it does not include an `indent` value, the value will be stringified as if it were an implicit key.
 * @param value The string representation of the value, which will have its content properly indented.
 * @param context.afterKey In most cases, values after a key should have an additional level of indentation.
 * @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
 * @param context.inFlow Being within a flow collection may affect the resolved type of the token's value.
 * @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
 */
function setScalarValue(token, value, context = {}) {
    let { afterKey = false, implicitKey = false, inFlow = false, type } = context;
    let indent = 'indent' in token ? token.indent : null;
    if (afterKey && typeof indent === 'number')
        indent += 2;
    if (!type)
        switch (token.type) {
            case 'single-quoted-scalar':
                type = 'QUOTE_SINGLE';
                break;
            case 'double-quoted-scalar':
                type = 'QUOTE_DOUBLE';
                break;
            case 'block-scalar': {
                const header = token.props[0];
                if (header.type !== 'block-scalar-header')
                    throw new Error('Invalid block scalar header');
                type = header.source[0] === '>' ? 'BLOCK_FOLDED' : 'BLOCK_LITERAL';
                break;
            }
            default:
                type = 'PLAIN';
        }
    const source = stringifyString.stringifyString({ type, value }, {
        implicitKey: implicitKey || indent === null,
        indent: indent !== null && indent > 0 ? ' '.repeat(indent) : '',
        inFlow,
        options: { blockQuote: true, lineWidth: -1 }
    });
    switch (source[0]) {
        case '|':
        case '>':
            setBlockScalarValue(token, source);
            break;
        case '"':
            setFlowScalarValue(token, source, 'double-quoted-scalar');
            break;
        case "'":
            setFlowScalarValue(token, source, 'single-quoted-scalar');
            break;
        default:
            setFlowScalarValue(token, source, 'scalar');
    }
}
function setBlockScalarValue(token, source) {
    const he = source.indexOf('\n');
    const head = source.substring(0, he);
    const body = source.substring(he + 1) + '\n';
    if (token.type === 'block-scalar') {
        const header = token.props[0];
        if (header.type !== 'block-scalar-header')
            throw new Error('Invalid block scalar header');
        header.source = head;
        token.source = body;
    }
    else {
        const { offset } = token;
        const indent = 'indent' in token ? token.indent : -1;
        const props = [
            { type: 'block-scalar-header', offset, indent, source: head }
        ];
        if (!addEndtoBlockProps(props, 'end' in token ? token.end : undefined))
            props.push({ type: 'newline', offset: -1, indent, source: '\n' });
        for (const key of Object.keys(token))
            if (key !== 'type' && key !== 'offset')
                delete token[key];
        Object.assign(token, { type: 'block-scalar', indent, props, source: body });
    }
}
/** @returns `true` if last token is a newline */
function addEndtoBlockProps(props, end) {
    if (end)
        for (const st of end)
            switch (st.type) {
                case 'space':
                case 'comment':
                    props.push(st);
                    break;
                case 'newline':
                    props.push(st);
                    return true;
            }
    return false;
}
function setFlowScalarValue(token, source, type) {
    switch (token.type) {
        case 'scalar':
        case 'double-quoted-scalar':
        case 'single-quoted-scalar':
            token.type = type;
            token.source = source;
            break;
        case 'block-scalar': {
            const end = token.props.slice(1);
            let oa = source.length;
            if (token.props[0].type === 'block-scalar-header')
                oa -= token.props[0].source.length;
            for (const tok of end)
                tok.offset += oa;
            delete token.props;
            Object.assign(token, { type, source, end });
            break;
        }
        case 'block-map':
        case 'block-seq': {
            const offset = token.offset + source.length;
            const nl = { type: 'newline', offset, indent: token.indent, source: '\n' };
            delete token.items;
            Object.assign(token, { type, source, end: [nl] });
            break;
        }
        default: {
            const indent = 'indent' in token ? token.indent : -1;
            const end = 'end' in token && Array.isArray(token.end)
                ? token.end.filter(st => st.type === 'space' ||
                    st.type === 'comment' ||
                    st.type === 'newline')
                : [];
            for (const key of Object.keys(token))
                if (key !== 'type' && key !== 'offset')
                    delete token[key];
            Object.assign(token, { type, indent, source, end });
        }
    }
}

exports.createScalarToken = createScalarToken;
exports.resolveAsScalar = resolveAsScalar;
exports.setScalarValue = setScalarValue;


/***/ }),

/***/ 1733:
/***/ ((__unused_webpack_module, exports) => {



/**
 * Stringify a CST document, token, or collection item
 *
 * Fair warning: This applies no validation whatsoever, and
 * simply concatenates the sources in their logical order.
 */
const stringify = (cst) => 'type' in cst ? stringifyToken(cst) : stringifyItem(cst);
function stringifyToken(token) {
    switch (token.type) {
        case 'block-scalar': {
            let res = '';
            for (const tok of token.props)
                res += stringifyToken(tok);
            return res + token.source;
        }
        case 'block-map':
        case 'block-seq': {
            let res = '';
            for (const item of token.items)
                res += stringifyItem(item);
            return res;
        }
        case 'flow-collection': {
            let res = token.start.source;
            for (const item of token.items)
                res += stringifyItem(item);
            for (const st of token.end)
                res += st.source;
            return res;
        }
        case 'document': {
            let res = stringifyItem(token);
            if (token.end)
                for (const st of token.end)
                    res += st.source;
            return res;
        }
        default: {
            let res = token.source;
            if ('end' in token && token.end)
                for (const st of token.end)
                    res += st.source;
            return res;
        }
    }
}
function stringifyItem({ start, key, sep, value }) {
    let res = '';
    for (const st of start)
        res += st.source;
    if (key)
        res += stringifyToken(key);
    if (sep)
        for (const st of sep)
            res += st.source;
    if (value)
        res += stringifyToken(value);
    return res;
}

exports.stringify = stringify;


/***/ }),

/***/ 7715:
/***/ ((__unused_webpack_module, exports) => {



const BREAK = Symbol('break visit');
const SKIP = Symbol('skip children');
const REMOVE = Symbol('remove item');
/**
 * Apply a visitor to a CST document or item.
 *
 * Walks through the tree (depth-first) starting from the root, calling a
 * `visitor` function with two arguments when entering each item:
 *   - `item`: The current item, which included the following members:
 *     - `start: SourceToken[]` – Source tokens before the key or value,
 *       possibly including its anchor or tag.
 *     - `key?: Token | null` – Set for pair values. May then be `null`, if
 *       the key before the `:` separator is empty.
 *     - `sep?: SourceToken[]` – Source tokens between the key and the value,
 *       which should include the `:` map value indicator if `value` is set.
 *     - `value?: Token` – The value of a sequence item, or of a map pair.
 *   - `path`: The steps from the root to the current node, as an array of
 *     `['key' | 'value', number]` tuples.
 *
 * The return value of the visitor may be used to control the traversal:
 *   - `undefined` (default): Do nothing and continue
 *   - `visit.SKIP`: Do not visit the children of this token, continue with
 *      next sibling
 *   - `visit.BREAK`: Terminate traversal completely
 *   - `visit.REMOVE`: Remove the current item, then continue with the next one
 *   - `number`: Set the index of the next step. This is useful especially if
 *     the index of the current token has changed.
 *   - `function`: Define the next visitor for this item. After the original
 *     visitor is called on item entry, next visitors are called after handling
 *     a non-empty `key` and when exiting the item.
 */
function visit(cst, visitor) {
    if ('type' in cst && cst.type === 'document')
        cst = { start: cst.start, value: cst.value };
    _visit(Object.freeze([]), cst, visitor);
}
// Without the `as symbol` casts, TS declares these in the `visit`
// namespace using `var`, but then complains about that because
// `unique symbol` must be `const`.
/** Terminate visit traversal completely */
visit.BREAK = BREAK;
/** Do not visit the children of the current item */
visit.SKIP = SKIP;
/** Remove the current item */
visit.REMOVE = REMOVE;
/** Find the item at `path` from `cst` as the root */
visit.itemAtPath = (cst, path) => {
    let item = cst;
    for (const [field, index] of path) {
        const tok = item?.[field];
        if (tok && 'items' in tok) {
            item = tok.items[index];
        }
        else
            return undefined;
    }
    return item;
};
/**
 * Get the immediate parent collection of the item at `path` from `cst` as the root.
 *
 * Throws an error if the collection is not found, which should never happen if the item itself exists.
 */
visit.parentCollection = (cst, path) => {
    const parent = visit.itemAtPath(cst, path.slice(0, -1));
    const field = path[path.length - 1][0];
    const coll = parent?.[field];
    if (coll && 'items' in coll)
        return coll;
    throw new Error('Parent collection not found');
};
function _visit(path, item, visitor) {
    let ctrl = visitor(item, path);
    if (typeof ctrl === 'symbol')
        return ctrl;
    for (const field of ['key', 'value']) {
        const token = item[field];
        if (token && 'items' in token) {
            for (let i = 0; i < token.items.length; ++i) {
                const ci = _visit(Object.freeze(path.concat([[field, i]])), token.items[i], visitor);
                if (typeof ci === 'number')
                    i = ci - 1;
                else if (ci === BREAK)
                    return BREAK;
                else if (ci === REMOVE) {
                    token.items.splice(i, 1);
                    i -= 1;
                }
            }
            if (typeof ctrl === 'function' && field === 'key')
                ctrl = ctrl(item, path);
        }
    }
    return typeof ctrl === 'function' ? ctrl(item, path) : ctrl;
}

exports.visit = visit;


/***/ }),

/***/ 3461:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var cstScalar = __nccwpck_require__(110);
var cstStringify = __nccwpck_require__(1733);
var cstVisit = __nccwpck_require__(7715);

/** The byte order mark */
const BOM = '\u{FEFF}';
/** Start of doc-mode */
const DOCUMENT = '\x02'; // C0: Start of Text
/** Unexpected end of flow-mode */
const FLOW_END = '\x18'; // C0: Cancel
/** Next token is a scalar value */
const SCALAR = '\x1f'; // C0: Unit Separator
/** @returns `true` if `token` is a flow or block collection */
const isCollection = (token) => !!token && 'items' in token;
/** @returns `true` if `token` is a flow or block scalar; not an alias */
const isScalar = (token) => !!token &&
    (token.type === 'scalar' ||
        token.type === 'single-quoted-scalar' ||
        token.type === 'double-quoted-scalar' ||
        token.type === 'block-scalar');
/* istanbul ignore next */
/** Get a printable representation of a lexer token */
function prettyToken(token) {
    switch (token) {
        case BOM:
            return '<BOM>';
        case DOCUMENT:
            return '<DOC>';
        case FLOW_END:
            return '<FLOW_END>';
        case SCALAR:
            return '<SCALAR>';
        default:
            return JSON.stringify(token);
    }
}
/** Identify the type of a lexer token. May return `null` for unknown tokens. */
function tokenType(source) {
    switch (source) {
        case BOM:
            return 'byte-order-mark';
        case DOCUMENT:
            return 'doc-mode';
        case FLOW_END:
            return 'flow-error-end';
        case SCALAR:
            return 'scalar';
        case '---':
            return 'doc-start';
        case '...':
            return 'doc-end';
        case '':
        case '\n':
        case '\r\n':
            return 'newline';
        case '-':
            return 'seq-item-ind';
        case '?':
            return 'explicit-key-ind';
        case ':':
            return 'map-value-ind';
        case '{':
            return 'flow-map-start';
        case '}':
            return 'flow-map-end';
        case '[':
            return 'flow-seq-start';
        case ']':
            return 'flow-seq-end';
        case ',':
            return 'comma';
    }
    switch (source[0]) {
        case ' ':
        case '\t':
            return 'space';
        case '#':
            return 'comment';
        case '%':
            return 'directive-line';
        case '*':
            return 'alias';
        case '&':
            return 'anchor';
        case '!':
            return 'tag';
        case "'":
            return 'single-quoted-scalar';
        case '"':
            return 'double-quoted-scalar';
        case '|':
        case '>':
            return 'block-scalar-header';
    }
    return null;
}

exports.createScalarToken = cstScalar.createScalarToken;
exports.resolveAsScalar = cstScalar.resolveAsScalar;
exports.setScalarValue = cstScalar.setScalarValue;
exports.stringify = cstStringify.stringify;
exports.visit = cstVisit.visit;
exports.BOM = BOM;
exports.DOCUMENT = DOCUMENT;
exports.FLOW_END = FLOW_END;
exports.SCALAR = SCALAR;
exports.isCollection = isCollection;
exports.isScalar = isScalar;
exports.prettyToken = prettyToken;
exports.tokenType = tokenType;


/***/ }),

/***/ 361:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var cst = __nccwpck_require__(3461);

/*
START -> stream

stream
  directive -> line-end -> stream
  indent + line-end -> stream
  [else] -> line-start

line-end
  comment -> line-end
  newline -> .
  input-end -> END

line-start
  doc-start -> doc
  doc-end -> stream
  [else] -> indent -> block-start

block-start
  seq-item-start -> block-start
  explicit-key-start -> block-start
  map-value-start -> block-start
  [else] -> doc

doc
  line-end -> line-start
  spaces -> doc
  anchor -> doc
  tag -> doc
  flow-start -> flow -> doc
  flow-end -> error -> doc
  seq-item-start -> error -> doc
  explicit-key-start -> error -> doc
  map-value-start -> doc
  alias -> doc
  quote-start -> quoted-scalar -> doc
  block-scalar-header -> line-end -> block-scalar(min) -> line-start
  [else] -> plain-scalar(false, min) -> doc

flow
  line-end -> flow
  spaces -> flow
  anchor -> flow
  tag -> flow
  flow-start -> flow -> flow
  flow-end -> .
  seq-item-start -> error -> flow
  explicit-key-start -> flow
  map-value-start -> flow
  alias -> flow
  quote-start -> quoted-scalar -> flow
  comma -> flow
  [else] -> plain-scalar(true, 0) -> flow

quoted-scalar
  quote-end -> .
  [else] -> quoted-scalar

block-scalar(min)
  newline + peek(indent < min) -> .
  [else] -> block-scalar(min)

plain-scalar(is-flow, min)
  scalar-end(is-flow) -> .
  peek(newline + (indent < min)) -> .
  [else] -> plain-scalar(min)
*/
function isEmpty(ch) {
    switch (ch) {
        case undefined:
        case ' ':
        case '\n':
        case '\r':
        case '\t':
            return true;
        default:
            return false;
    }
}
const hexDigits = new Set('0123456789ABCDEFabcdef');
const tagChars = new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()");
const flowIndicatorChars = new Set(',[]{}');
const invalidAnchorChars = new Set(' ,[]{}\n\r\t');
const isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch);
/**
 * Splits an input string into lexical tokens, i.e. smaller strings that are
 * easily identifiable by `tokens.tokenType()`.
 *
 * Lexing starts always in a "stream" context. Incomplete input may be buffered
 * until a complete token can be emitted.
 *
 * In addition to slices of the original input, the following control characters
 * may also be emitted:
 *
 * - `\x02` (Start of Text): A document starts with the next token
 * - `\x18` (Cancel): Unexpected end of flow-mode (indicates an error)
 * - `\x1f` (Unit Separator): Next token is a scalar value
 * - `\u{FEFF}` (Byte order mark): Emitted separately outside documents
 */
class Lexer {
    constructor() {
        /**
         * Flag indicating whether the end of the current buffer marks the end of
         * all input
         */
        this.atEnd = false;
        /**
         * Explicit indent set in block scalar header, as an offset from the current
         * minimum indent, so e.g. set to 1 from a header `|2+`. Set to -1 if not
         * explicitly set.
         */
        this.blockScalarIndent = -1;
        /**
         * Block scalars that include a + (keep) chomping indicator in their header
         * include trailing empty lines, which are otherwise excluded from the
         * scalar's contents.
         */
        this.blockScalarKeep = false;
        /** Current input */
        this.buffer = '';
        /**
         * Flag noting whether the map value indicator : can immediately follow this
         * node within a flow context.
         */
        this.flowKey = false;
        /** Count of surrounding flow collection levels. */
        this.flowLevel = 0;
        /**
         * Minimum level of indentation required for next lines to be parsed as a
         * part of the current scalar value.
         */
        this.indentNext = 0;
        /** Indentation level of the current line. */
        this.indentValue = 0;
        /** Position of the next \n character. */
        this.lineEndPos = null;
        /** Stores the state of the lexer if reaching the end of incpomplete input */
        this.next = null;
        /** A pointer to `buffer`; the current position of the lexer. */
        this.pos = 0;
    }
    /**
     * Generate YAML tokens from the `source` string. If `incomplete`,
     * a part of the last line may be left as a buffer for the next call.
     *
     * @returns A generator of lexical tokens
     */
    *lex(source, incomplete = false) {
        if (source) {
            if (typeof source !== 'string')
                throw TypeError('source is not a string');
            this.buffer = this.buffer ? this.buffer + source : source;
            this.lineEndPos = null;
        }
        this.atEnd = !incomplete;
        let next = this.next ?? 'stream';
        while (next && (incomplete || this.hasChars(1)))
            next = yield* this.parseNext(next);
    }
    atLineEnd() {
        let i = this.pos;
        let ch = this.buffer[i];
        while (ch === ' ' || ch === '\t')
            ch = this.buffer[++i];
        if (!ch || ch === '#' || ch === '\n')
            return true;
        if (ch === '\r')
            return this.buffer[i + 1] === '\n';
        return false;
    }
    charAt(n) {
        return this.buffer[this.pos + n];
    }
    continueScalar(offset) {
        let ch = this.buffer[offset];
        if (this.indentNext > 0) {
            let indent = 0;
            while (ch === ' ')
                ch = this.buffer[++indent + offset];
            if (ch === '\r') {
                const next = this.buffer[indent + offset + 1];
                if (next === '\n' || (!next && !this.atEnd))
                    return offset + indent + 1;
            }
            return ch === '\n' || indent >= this.indentNext || (!ch && !this.atEnd)
                ? offset + indent
                : -1;
        }
        if (ch === '-' || ch === '.') {
            const dt = this.buffer.substr(offset, 3);
            if ((dt === '---' || dt === '...') && isEmpty(this.buffer[offset + 3]))
                return -1;
        }
        return offset;
    }
    getLine() {
        let end = this.lineEndPos;
        if (typeof end !== 'number' || (end !== -1 && end < this.pos)) {
            end = this.buffer.indexOf('\n', this.pos);
            this.lineEndPos = end;
        }
        if (end === -1)
            return this.atEnd ? this.buffer.substring(this.pos) : null;
        if (this.buffer[end - 1] === '\r')
            end -= 1;
        return this.buffer.substring(this.pos, end);
    }
    hasChars(n) {
        return this.pos + n <= this.buffer.length;
    }
    setNext(state) {
        this.buffer = this.buffer.substring(this.pos);
        this.pos = 0;
        this.lineEndPos = null;
        this.next = state;
        return null;
    }
    peek(n) {
        return this.buffer.substr(this.pos, n);
    }
    *parseNext(next) {
        switch (next) {
            case 'stream':
                return yield* this.parseStream();
            case 'line-start':
                return yield* this.parseLineStart();
            case 'block-start':
                return yield* this.parseBlockStart();
            case 'doc':
                return yield* this.parseDocument();
            case 'flow':
                return yield* this.parseFlowCollection();
            case 'quoted-scalar':
                return yield* this.parseQuotedScalar();
            case 'block-scalar':
                return yield* this.parseBlockScalar();
            case 'plain-scalar':
                return yield* this.parsePlainScalar();
        }
    }
    *parseStream() {
        let line = this.getLine();
        if (line === null)
            return this.setNext('stream');
        if (line[0] === cst.BOM) {
            yield* this.pushCount(1);
            line = line.substring(1);
        }
        if (line[0] === '%') {
            let dirEnd = line.length;
            let cs = line.indexOf('#');
            while (cs !== -1) {
                const ch = line[cs - 1];
                if (ch === ' ' || ch === '\t') {
                    dirEnd = cs - 1;
                    break;
                }
                else {
                    cs = line.indexOf('#', cs + 1);
                }
            }
            while (true) {
                const ch = line[dirEnd - 1];
                if (ch === ' ' || ch === '\t')
                    dirEnd -= 1;
                else
                    break;
            }
            const n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(true));
            yield* this.pushCount(line.length - n); // possible comment
            this.pushNewline();
            return 'stream';
        }
        if (this.atLineEnd()) {
            const sp = yield* this.pushSpaces(true);
            yield* this.pushCount(line.length - sp);
            yield* this.pushNewline();
            return 'stream';
        }
        yield cst.DOCUMENT;
        return yield* this.parseLineStart();
    }
    *parseLineStart() {
        const ch = this.charAt(0);
        if (!ch && !this.atEnd)
            return this.setNext('line-start');
        if (ch === '-' || ch === '.') {
            if (!this.atEnd && !this.hasChars(4))
                return this.setNext('line-start');
            const s = this.peek(3);
            if ((s === '---' || s === '...') && isEmpty(this.charAt(3))) {
                yield* this.pushCount(3);
                this.indentValue = 0;
                this.indentNext = 0;
                return s === '---' ? 'doc' : 'stream';
            }
        }
        this.indentValue = yield* this.pushSpaces(false);
        if (this.indentNext > this.indentValue && !isEmpty(this.charAt(1)))
            this.indentNext = this.indentValue;
        return yield* this.parseBlockStart();
    }
    *parseBlockStart() {
        const [ch0, ch1] = this.peek(2);
        if (!ch1 && !this.atEnd)
            return this.setNext('block-start');
        if ((ch0 === '-' || ch0 === '?' || ch0 === ':') && isEmpty(ch1)) {
            const n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(true));
            this.indentNext = this.indentValue + 1;
            this.indentValue += n;
            return 'block-start';
        }
        return 'doc';
    }
    *parseDocument() {
        yield* this.pushSpaces(true);
        const line = this.getLine();
        if (line === null)
            return this.setNext('doc');
        let n = yield* this.pushIndicators();
        switch (line[n]) {
            case '#':
                yield* this.pushCount(line.length - n);
            // fallthrough
            case undefined:
                yield* this.pushNewline();
                return yield* this.parseLineStart();
            case '{':
            case '[':
                yield* this.pushCount(1);
                this.flowKey = false;
                this.flowLevel = 1;
                return 'flow';
            case '}':
            case ']':
                // this is an error
                yield* this.pushCount(1);
                return 'doc';
            case '*':
                yield* this.pushUntil(isNotAnchorChar);
                return 'doc';
            case '"':
            case "'":
                return yield* this.parseQuotedScalar();
            case '|':
            case '>':
                n += yield* this.parseBlockScalarHeader();
                n += yield* this.pushSpaces(true);
                yield* this.pushCount(line.length - n);
                yield* this.pushNewline();
                return yield* this.parseBlockScalar();
            default:
                return yield* this.parsePlainScalar();
        }
    }
    *parseFlowCollection() {
        let nl, sp;
        let indent = -1;
        do {
            nl = yield* this.pushNewline();
            if (nl > 0) {
                sp = yield* this.pushSpaces(false);
                this.indentValue = indent = sp;
            }
            else {
                sp = 0;
            }
            sp += yield* this.pushSpaces(true);
        } while (nl + sp > 0);
        const line = this.getLine();
        if (line === null)
            return this.setNext('flow');
        if ((indent !== -1 && indent < this.indentNext && line[0] !== '#') ||
            (indent === 0 &&
                (line.startsWith('---') || line.startsWith('...')) &&
                isEmpty(line[3]))) {
            // Allowing for the terminal ] or } at the same (rather than greater)
            // indent level as the initial [ or { is technically invalid, but
            // failing here would be surprising to users.
            const atFlowEndMarker = indent === this.indentNext - 1 &&
                this.flowLevel === 1 &&
                (line[0] === ']' || line[0] === '}');
            if (!atFlowEndMarker) {
                // this is an error
                this.flowLevel = 0;
                yield cst.FLOW_END;
                return yield* this.parseLineStart();
            }
        }
        let n = 0;
        while (line[n] === ',') {
            n += yield* this.pushCount(1);
            n += yield* this.pushSpaces(true);
            this.flowKey = false;
        }
        n += yield* this.pushIndicators();
        switch (line[n]) {
            case undefined:
                return 'flow';
            case '#':
                yield* this.pushCount(line.length - n);
                return 'flow';
            case '{':
            case '[':
                yield* this.pushCount(1);
                this.flowKey = false;
                this.flowLevel += 1;
                return 'flow';
            case '}':
            case ']':
                yield* this.pushCount(1);
                this.flowKey = true;
                this.flowLevel -= 1;
                return this.flowLevel ? 'flow' : 'doc';
            case '*':
                yield* this.pushUntil(isNotAnchorChar);
                return 'flow';
            case '"':
            case "'":
                this.flowKey = true;
                return yield* this.parseQuotedScalar();
            case ':': {
                const next = this.charAt(1);
                if (this.flowKey || isEmpty(next) || next === ',') {
                    this.flowKey = false;
                    yield* this.pushCount(1);
                    yield* this.pushSpaces(true);
                    return 'flow';
                }
            }
            // fallthrough
            default:
                this.flowKey = false;
                return yield* this.parsePlainScalar();
        }
    }
    *parseQuotedScalar() {
        const quote = this.charAt(0);
        let end = this.buffer.indexOf(quote, this.pos + 1);
        if (quote === "'") {
            while (end !== -1 && this.buffer[end + 1] === "'")
                end = this.buffer.indexOf("'", end + 2);
        }
        else {
            // double-quote
            while (end !== -1) {
                let n = 0;
                while (this.buffer[end - 1 - n] === '\\')
                    n += 1;
                if (n % 2 === 0)
                    break;
                end = this.buffer.indexOf('"', end + 1);
            }
        }
        // Only looking for newlines within the quotes
        const qb = this.buffer.substring(0, end);
        let nl = qb.indexOf('\n', this.pos);
        if (nl !== -1) {
            while (nl !== -1) {
                const cs = this.continueScalar(nl + 1);
                if (cs === -1)
                    break;
                nl = qb.indexOf('\n', cs);
            }
            if (nl !== -1) {
                // this is an error caused by an unexpected unindent
                end = nl - (qb[nl - 1] === '\r' ? 2 : 1);
            }
        }
        if (end === -1) {
            if (!this.atEnd)
                return this.setNext('quoted-scalar');
            end = this.buffer.length;
        }
        yield* this.pushToIndex(end + 1, false);
        return this.flowLevel ? 'flow' : 'doc';
    }
    *parseBlockScalarHeader() {
        this.blockScalarIndent = -1;
        this.blockScalarKeep = false;
        let i = this.pos;
        while (true) {
            const ch = this.buffer[++i];
            if (ch === '+')
                this.blockScalarKeep = true;
            else if (ch > '0' && ch <= '9')
                this.blockScalarIndent = Number(ch) - 1;
            else if (ch !== '-')
                break;
        }
        return yield* this.pushUntil(ch => isEmpty(ch) || ch === '#');
    }
    *parseBlockScalar() {
        let nl = this.pos - 1; // may be -1 if this.pos === 0
        let indent = 0;
        let ch;
        loop: for (let i = this.pos; (ch = this.buffer[i]); ++i) {
            switch (ch) {
                case ' ':
                    indent += 1;
                    break;
                case '\n':
                    nl = i;
                    indent = 0;
                    break;
                case '\r': {
                    const next = this.buffer[i + 1];
                    if (!next && !this.atEnd)
                        return this.setNext('block-scalar');
                    if (next === '\n')
                        break;
                } // fallthrough
                default:
                    break loop;
            }
        }
        if (!ch && !this.atEnd)
            return this.setNext('block-scalar');
        if (indent >= this.indentNext) {
            if (this.blockScalarIndent === -1)
                this.indentNext = indent;
            else {
                this.indentNext =
                    this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
            }
            do {
                const cs = this.continueScalar(nl + 1);
                if (cs === -1)
                    break;
                nl = this.buffer.indexOf('\n', cs);
            } while (nl !== -1);
            if (nl === -1) {
                if (!this.atEnd)
                    return this.setNext('block-scalar');
                nl = this.buffer.length;
            }
        }
        // Trailing insufficiently indented tabs are invalid.
        // To catch that during parsing, we include them in the block scalar value.
        let i = nl + 1;
        ch = this.buffer[i];
        while (ch === ' ')
            ch = this.buffer[++i];
        if (ch === '\t') {
            while (ch === '\t' || ch === ' ' || ch === '\r' || ch === '\n')
                ch = this.buffer[++i];
            nl = i - 1;
        }
        else if (!this.blockScalarKeep) {
            do {
                let i = nl - 1;
                let ch = this.buffer[i];
                if (ch === '\r')
                    ch = this.buffer[--i];
                const lastChar = i; // Drop the line if last char not more indented
                while (ch === ' ')
                    ch = this.buffer[--i];
                if (ch === '\n' && i >= this.pos && i + 1 + indent > lastChar)
                    nl = i;
                else
                    break;
            } while (true);
        }
        yield cst.SCALAR;
        yield* this.pushToIndex(nl + 1, true);
        return yield* this.parseLineStart();
    }
    *parsePlainScalar() {
        const inFlow = this.flowLevel > 0;
        let end = this.pos - 1;
        let i = this.pos - 1;
        let ch;
        while ((ch = this.buffer[++i])) {
            if (ch === ':') {
                const next = this.buffer[i + 1];
                if (isEmpty(next) || (inFlow && flowIndicatorChars.has(next)))
                    break;
                end = i;
            }
            else if (isEmpty(ch)) {
                let next = this.buffer[i + 1];
                if (ch === '\r') {
                    if (next === '\n') {
                        i += 1;
                        ch = '\n';
                        next = this.buffer[i + 1];
                    }
                    else
                        end = i;
                }
                if (next === '#' || (inFlow && flowIndicatorChars.has(next)))
                    break;
                if (ch === '\n') {
                    const cs = this.continueScalar(i + 1);
                    if (cs === -1)
                        break;
                    i = Math.max(i, cs - 2); // to advance, but still account for ' #'
                }
            }
            else {
                if (inFlow && flowIndicatorChars.has(ch))
                    break;
                end = i;
            }
        }
        if (!ch && !this.atEnd)
            return this.setNext('plain-scalar');
        yield cst.SCALAR;
        yield* this.pushToIndex(end + 1, true);
        return inFlow ? 'flow' : 'doc';
    }
    *pushCount(n) {
        if (n > 0) {
            yield this.buffer.substr(this.pos, n);
            this.pos += n;
            return n;
        }
        return 0;
    }
    *pushToIndex(i, allowEmpty) {
        const s = this.buffer.slice(this.pos, i);
        if (s) {
            yield s;
            this.pos += s.length;
            return s.length;
        }
        else if (allowEmpty)
            yield '';
        return 0;
    }
    *pushIndicators() {
        let n = 0;
        loop: while (true) {
            switch (this.charAt(0)) {
                case '!':
                    n += yield* this.pushTag();
                    n += yield* this.pushSpaces(true);
                    continue loop;
                case '&':
                    n += yield* this.pushUntil(isNotAnchorChar);
                    n += yield* this.pushSpaces(true);
                    continue loop;
                case '-': // this is an error
                case '?': // this is an error outside flow collections
                case ':': {
                    const inFlow = this.flowLevel > 0;
                    const ch1 = this.charAt(1);
                    if (isEmpty(ch1) || (inFlow && flowIndicatorChars.has(ch1))) {
                        if (!inFlow)
                            this.indentNext = this.indentValue + 1;
                        else if (this.flowKey)
                            this.flowKey = false;
                        n += yield* this.pushCount(1);
                        n += yield* this.pushSpaces(true);
                        continue loop;
                    }
                }
            }
            break loop;
        }
        return n;
    }
    *pushTag() {
        if (this.charAt(1) === '<') {
            let i = this.pos + 2;
            let ch = this.buffer[i];
            while (!isEmpty(ch) && ch !== '>')
                ch = this.buffer[++i];
            return yield* this.pushToIndex(ch === '>' ? i + 1 : i, false);
        }
        else {
            let i = this.pos + 1;
            let ch = this.buffer[i];
            while (ch) {
                if (tagChars.has(ch))
                    ch = this.buffer[++i];
                else if (ch === '%' &&
                    hexDigits.has(this.buffer[i + 1]) &&
                    hexDigits.has(this.buffer[i + 2])) {
                    ch = this.buffer[(i += 3)];
                }
                else
                    break;
            }
            return yield* this.pushToIndex(i, false);
        }
    }
    *pushNewline() {
        const ch = this.buffer[this.pos];
        if (ch === '\n')
            return yield* this.pushCount(1);
        else if (ch === '\r' && this.charAt(1) === '\n')
            return yield* this.pushCount(2);
        else
            return 0;
    }
    *pushSpaces(allowTabs) {
        let i = this.pos - 1;
        let ch;
        do {
            ch = this.buffer[++i];
        } while (ch === ' ' || (allowTabs && ch === '\t'));
        const n = i - this.pos;
        if (n > 0) {
            yield this.buffer.substr(this.pos, n);
            this.pos = i;
        }
        return n;
    }
    *pushUntil(test) {
        let i = this.pos;
        let ch = this.buffer[i];
        while (!test(ch))
            ch = this.buffer[++i];
        return yield* this.pushToIndex(i, false);
    }
}

exports.Lexer = Lexer;


/***/ }),

/***/ 6628:
/***/ ((__unused_webpack_module, exports) => {



/**
 * Tracks newlines during parsing in order to provide an efficient API for
 * determining the one-indexed `{ line, col }` position for any offset
 * within the input.
 */
class LineCounter {
    constructor() {
        this.lineStarts = [];
        /**
         * Should be called in ascending order. Otherwise, call
         * `lineCounter.lineStarts.sort()` before calling `linePos()`.
         */
        this.addNewLine = (offset) => this.lineStarts.push(offset);
        /**
         * Performs a binary search and returns the 1-indexed { line, col }
         * position of `offset`. If `line === 0`, `addNewLine` has never been
         * called or `offset` is before the first known newline.
         */
        this.linePos = (offset) => {
            let low = 0;
            let high = this.lineStarts.length;
            while (low < high) {
                const mid = (low + high) >> 1; // Math.floor((low + high) / 2)
                if (this.lineStarts[mid] < offset)
                    low = mid + 1;
                else
                    high = mid;
            }
            if (this.lineStarts[low] === offset)
                return { line: low + 1, col: 1 };
            if (low === 0)
                return { line: 0, col: offset };
            const start = this.lineStarts[low - 1];
            return { line: low, col: offset - start + 1 };
        };
    }
}

exports.LineCounter = LineCounter;


/***/ }),

/***/ 3456:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var node_process = __nccwpck_require__(932);
var cst = __nccwpck_require__(3461);
var lexer = __nccwpck_require__(361);

function includesToken(list, type) {
    for (let i = 0; i < list.length; ++i)
        if (list[i].type === type)
            return true;
    return false;
}
function findNonEmptyIndex(list) {
    for (let i = 0; i < list.length; ++i) {
        switch (list[i].type) {
            case 'space':
            case 'comment':
            case 'newline':
                break;
            default:
                return i;
        }
    }
    return -1;
}
function isFlowToken(token) {
    switch (token?.type) {
        case 'alias':
        case 'scalar':
        case 'single-quoted-scalar':
        case 'double-quoted-scalar':
        case 'flow-collection':
            return true;
        default:
            return false;
    }
}
function getPrevProps(parent) {
    switch (parent.type) {
        case 'document':
            return parent.start;
        case 'block-map': {
            const it = parent.items[parent.items.length - 1];
            return it.sep ?? it.start;
        }
        case 'block-seq':
            return parent.items[parent.items.length - 1].start;
        /* istanbul ignore next should not happen */
        default:
            return [];
    }
}
/** Note: May modify input array */
function getFirstKeyStartProps(prev) {
    if (prev.length === 0)
        return [];
    let i = prev.length;
    loop: while (--i >= 0) {
        switch (prev[i].type) {
            case 'doc-start':
            case 'explicit-key-ind':
            case 'map-value-ind':
            case 'seq-item-ind':
            case 'newline':
                break loop;
        }
    }
    while (prev[++i]?.type === 'space') {
        /* loop */
    }
    return prev.splice(i, prev.length);
}
function arrayPushArray(target, source) {
    // May exhaust call stack with large `source` array
    if (source.length < 1e5)
        Array.prototype.push.apply(target, source);
    else
        for (let i = 0; i < source.length; ++i)
            target.push(source[i]);
}
function fixFlowSeqItems(fc) {
    if (fc.start.type === 'flow-seq-start') {
        for (const it of fc.items) {
            if (it.sep &&
                !it.value &&
                !includesToken(it.start, 'explicit-key-ind') &&
                !includesToken(it.sep, 'map-value-ind')) {
                if (it.key)
                    it.value = it.key;
                delete it.key;
                if (isFlowToken(it.value)) {
                    if (it.value.end)
                        arrayPushArray(it.value.end, it.sep);
                    else
                        it.value.end = it.sep;
                }
                else
                    arrayPushArray(it.start, it.sep);
                delete it.sep;
            }
        }
    }
}
/**
 * A YAML concrete syntax tree (CST) parser
 *
 * ```ts
 * const src: string = ...
 * for (const token of new Parser().parse(src)) {
 *   // token: Token
 * }
 * ```
 *
 * To use the parser with a user-provided lexer:
 *
 * ```ts
 * function* parse(source: string, lexer: Lexer) {
 *   const parser = new Parser()
 *   for (const lexeme of lexer.lex(source))
 *     yield* parser.next(lexeme)
 *   yield* parser.end()
 * }
 *
 * const src: string = ...
 * const lexer = new Lexer()
 * for (const token of parse(src, lexer)) {
 *   // token: Token
 * }
 * ```
 */
class Parser {
    /**
     * @param onNewLine - If defined, called separately with the start position of
     *   each new line (in `parse()`, including the start of input).
     */
    constructor(onNewLine) {
        /** If true, space and sequence indicators count as indentation */
        this.atNewLine = true;
        /** If true, next token is a scalar value */
        this.atScalar = false;
        /** Current indentation level */
        this.indent = 0;
        /** Current offset since the start of parsing */
        this.offset = 0;
        /** On the same line with a block map key */
        this.onKeyLine = false;
        /** Top indicates the node that's currently being built */
        this.stack = [];
        /** The source of the current token, set in parse() */
        this.source = '';
        /** The type of the current token, set in parse() */
        this.type = '';
        // Must be defined after `next()`
        this.lexer = new lexer.Lexer();
        this.onNewLine = onNewLine;
    }
    /**
     * Parse `source` as a YAML stream.
     * If `incomplete`, a part of the last line may be left as a buffer for the next call.
     *
     * Errors are not thrown, but yielded as `{ type: 'error', message }` tokens.
     *
     * @returns A generator of tokens representing each directive, document, and other structure.
     */
    *parse(source, incomplete = false) {
        if (this.onNewLine && this.offset === 0)
            this.onNewLine(0);
        for (const lexeme of this.lexer.lex(source, incomplete))
            yield* this.next(lexeme);
        if (!incomplete)
            yield* this.end();
    }
    /**
     * Advance the parser by the `source` of one lexical token.
     */
    *next(source) {
        this.source = source;
        if (node_process.env.LOG_TOKENS)
            console.log('|', cst.prettyToken(source));
        if (this.atScalar) {
            this.atScalar = false;
            yield* this.step();
            this.offset += source.length;
            return;
        }
        const type = cst.tokenType(source);
        if (!type) {
            const message = `Not a YAML token: ${source}`;
            yield* this.pop({ type: 'error', offset: this.offset, message, source });
            this.offset += source.length;
        }
        else if (type === 'scalar') {
            this.atNewLine = false;
            this.atScalar = true;
            this.type = 'scalar';
        }
        else {
            this.type = type;
            yield* this.step();
            switch (type) {
                case 'newline':
                    this.atNewLine = true;
                    this.indent = 0;
                    if (this.onNewLine)
                        this.onNewLine(this.offset + source.length);
                    break;
                case 'space':
                    if (this.atNewLine && source[0] === ' ')
                        this.indent += source.length;
                    break;
                case 'explicit-key-ind':
                case 'map-value-ind':
                case 'seq-item-ind':
                    if (this.atNewLine)
                        this.indent += source.length;
                    break;
                case 'doc-mode':
                case 'flow-error-end':
                    return;
                default:
                    this.atNewLine = false;
            }
            this.offset += source.length;
        }
    }
    /** Call at end of input to push out any remaining constructions */
    *end() {
        while (this.stack.length > 0)
            yield* this.pop();
    }
    get sourceToken() {
        const st = {
            type: this.type,
            offset: this.offset,
            indent: this.indent,
            source: this.source
        };
        return st;
    }
    *step() {
        const top = this.peek(1);
        if (this.type === 'doc-end' && top?.type !== 'doc-end') {
            while (this.stack.length > 0)
                yield* this.pop();
            this.stack.push({
                type: 'doc-end',
                offset: this.offset,
                source: this.source
            });
            return;
        }
        if (!top)
            return yield* this.stream();
        switch (top.type) {
            case 'document':
                return yield* this.document(top);
            case 'alias':
            case 'scalar':
            case 'single-quoted-scalar':
            case 'double-quoted-scalar':
                return yield* this.scalar(top);
            case 'block-scalar':
                return yield* this.blockScalar(top);
            case 'block-map':
                return yield* this.blockMap(top);
            case 'block-seq':
                return yield* this.blockSequence(top);
            case 'flow-collection':
                return yield* this.flowCollection(top);
            case 'doc-end':
                return yield* this.documentEnd(top);
        }
        /* istanbul ignore next should not happen */
        yield* this.pop();
    }
    peek(n) {
        return this.stack[this.stack.length - n];
    }
    *pop(error) {
        const token = error ?? this.stack.pop();
        /* istanbul ignore if should not happen */
        if (!token) {
            const message = 'Tried to pop an empty stack';
            yield { type: 'error', offset: this.offset, source: '', message };
        }
        else if (this.stack.length === 0) {
            yield token;
        }
        else {
            const top = this.peek(1);
            if (token.type === 'block-scalar') {
                // Block scalars use their parent rather than header indent
                token.indent = 'indent' in top ? top.indent : 0;
            }
            else if (token.type === 'flow-collection' && top.type === 'document') {
                // Ignore all indent for top-level flow collections
                token.indent = 0;
            }
            if (token.type === 'flow-collection')
                fixFlowSeqItems(token);
            switch (top.type) {
                case 'document':
                    top.value = token;
                    break;
                case 'block-scalar':
                    top.props.push(token); // error
                    break;
                case 'block-map': {
                    const it = top.items[top.items.length - 1];
                    if (it.value) {
                        top.items.push({ start: [], key: token, sep: [] });
                        this.onKeyLine = true;
                        return;
                    }
                    else if (it.sep) {
                        it.value = token;
                    }
                    else {
                        Object.assign(it, { key: token, sep: [] });
                        this.onKeyLine = !it.explicitKey;
                        return;
                    }
                    break;
                }
                case 'block-seq': {
                    const it = top.items[top.items.length - 1];
                    if (it.value)
                        top.items.push({ start: [], value: token });
                    else
                        it.value = token;
                    break;
                }
                case 'flow-collection': {
                    const it = top.items[top.items.length - 1];
                    if (!it || it.value)
                        top.items.push({ start: [], key: token, sep: [] });
                    else if (it.sep)
                        it.value = token;
                    else
                        Object.assign(it, { key: token, sep: [] });
                    return;
                }
                /* istanbul ignore next should not happen */
                default:
                    yield* this.pop();
                    yield* this.pop(token);
            }
            if ((top.type === 'document' ||
                top.type === 'block-map' ||
                top.type === 'block-seq') &&
                (token.type === 'block-map' || token.type === 'block-seq')) {
                const last = token.items[token.items.length - 1];
                if (last &&
                    !last.sep &&
                    !last.value &&
                    last.start.length > 0 &&
                    findNonEmptyIndex(last.start) === -1 &&
                    (token.indent === 0 ||
                        last.start.every(st => st.type !== 'comment' || st.indent < token.indent))) {
                    if (top.type === 'document')
                        top.end = last.start;
                    else
                        top.items.push({ start: last.start });
                    token.items.splice(-1, 1);
                }
            }
        }
    }
    *stream() {
        switch (this.type) {
            case 'directive-line':
                yield { type: 'directive', offset: this.offset, source: this.source };
                return;
            case 'byte-order-mark':
            case 'space':
            case 'comment':
            case 'newline':
                yield this.sourceToken;
                return;
            case 'doc-mode':
            case 'doc-start': {
                const doc = {
                    type: 'document',
                    offset: this.offset,
                    start: []
                };
                if (this.type === 'doc-start')
                    doc.start.push(this.sourceToken);
                this.stack.push(doc);
                return;
            }
        }
        yield {
            type: 'error',
            offset: this.offset,
            message: `Unexpected ${this.type} token in YAML stream`,
            source: this.source
        };
    }
    *document(doc) {
        if (doc.value)
            return yield* this.lineEnd(doc);
        switch (this.type) {
            case 'doc-start': {
                if (findNonEmptyIndex(doc.start) !== -1) {
                    yield* this.pop();
                    yield* this.step();
                }
                else
                    doc.start.push(this.sourceToken);
                return;
            }
            case 'anchor':
            case 'tag':
            case 'space':
            case 'comment':
            case 'newline':
                doc.start.push(this.sourceToken);
                return;
        }
        const bv = this.startBlockValue(doc);
        if (bv)
            this.stack.push(bv);
        else {
            yield {
                type: 'error',
                offset: this.offset,
                message: `Unexpected ${this.type} token in YAML document`,
                source: this.source
            };
        }
    }
    *scalar(scalar) {
        if (this.type === 'map-value-ind') {
            const prev = getPrevProps(this.peek(2));
            const start = getFirstKeyStartProps(prev);
            let sep;
            if (scalar.end) {
                sep = scalar.end;
                sep.push(this.sourceToken);
                delete scalar.end;
            }
            else
                sep = [this.sourceToken];
            const map = {
                type: 'block-map',
                offset: scalar.offset,
                indent: scalar.indent,
                items: [{ start, key: scalar, sep }]
            };
            this.onKeyLine = true;
            this.stack[this.stack.length - 1] = map;
        }
        else
            yield* this.lineEnd(scalar);
    }
    *blockScalar(scalar) {
        switch (this.type) {
            case 'space':
            case 'comment':
            case 'newline':
                scalar.props.push(this.sourceToken);
                return;
            case 'scalar':
                scalar.source = this.source;
                // block-scalar source includes trailing newline
                this.atNewLine = true;
                this.indent = 0;
                if (this.onNewLine) {
                    let nl = this.source.indexOf('\n') + 1;
                    while (nl !== 0) {
                        this.onNewLine(this.offset + nl);
                        nl = this.source.indexOf('\n', nl) + 1;
                    }
                }
                yield* this.pop();
                break;
            /* istanbul ignore next should not happen */
            default:
                yield* this.pop();
                yield* this.step();
        }
    }
    *blockMap(map) {
        const it = map.items[map.items.length - 1];
        // it.sep is true-ish if pair already has key or : separator
        switch (this.type) {
            case 'newline':
                this.onKeyLine = false;
                if (it.value) {
                    const end = 'end' in it.value ? it.value.end : undefined;
                    const last = Array.isArray(end) ? end[end.length - 1] : undefined;
                    if (last?.type === 'comment')
                        end?.push(this.sourceToken);
                    else
                        map.items.push({ start: [this.sourceToken] });
                }
                else if (it.sep) {
                    it.sep.push(this.sourceToken);
                }
                else {
                    it.start.push(this.sourceToken);
                }
                return;
            case 'space':
            case 'comment':
                if (it.value) {
                    map.items.push({ start: [this.sourceToken] });
                }
                else if (it.sep) {
                    it.sep.push(this.sourceToken);
                }
                else {
                    if (this.atIndentedComment(it.start, map.indent)) {
                        const prev = map.items[map.items.length - 2];
                        const end = prev?.value?.end;
                        if (Array.isArray(end)) {
                            arrayPushArray(end, it.start);
                            end.push(this.sourceToken);
                            map.items.pop();
                            return;
                        }
                    }
                    it.start.push(this.sourceToken);
                }
                return;
        }
        if (this.indent >= map.indent) {
            const atMapIndent = !this.onKeyLine && this.indent === map.indent;
            const atNextItem = atMapIndent &&
                (it.sep || it.explicitKey) &&
                this.type !== 'seq-item-ind';
            // For empty nodes, assign newline-separated not indented empty tokens to following node
            let start = [];
            if (atNextItem && it.sep && !it.value) {
                const nl = [];
                for (let i = 0; i < it.sep.length; ++i) {
                    const st = it.sep[i];
                    switch (st.type) {
                        case 'newline':
                            nl.push(i);
                            break;
                        case 'space':
                            break;
                        case 'comment':
                            if (st.indent > map.indent)
                                nl.length = 0;
                            break;
                        default:
                            nl.length = 0;
                    }
                }
                if (nl.length >= 2)
                    start = it.sep.splice(nl[1]);
            }
            switch (this.type) {
                case 'anchor':
                case 'tag':
                    if (atNextItem || it.value) {
                        start.push(this.sourceToken);
                        map.items.push({ start });
                        this.onKeyLine = true;
                    }
                    else if (it.sep) {
                        it.sep.push(this.sourceToken);
                    }
                    else {
                        it.start.push(this.sourceToken);
                    }
                    return;
                case 'explicit-key-ind':
                    if (!it.sep && !it.explicitKey) {
                        it.start.push(this.sourceToken);
                        it.explicitKey = true;
                    }
                    else if (atNextItem || it.value) {
                        start.push(this.sourceToken);
                        map.items.push({ start, explicitKey: true });
                    }
                    else {
                        this.stack.push({
                            type: 'block-map',
                            offset: this.offset,
                            indent: this.indent,
                            items: [{ start: [this.sourceToken], explicitKey: true }]
                        });
                    }
                    this.onKeyLine = true;
                    return;
                case 'map-value-ind':
                    if (it.explicitKey) {
                        if (!it.sep) {
                            if (includesToken(it.start, 'newline')) {
                                Object.assign(it, { key: null, sep: [this.sourceToken] });
                            }
                            else {
                                const start = getFirstKeyStartProps(it.start);
                                this.stack.push({
                                    type: 'block-map',
                                    offset: this.offset,
                                    indent: this.indent,
                                    items: [{ start, key: null, sep: [this.sourceToken] }]
                                });
                            }
                        }
                        else if (it.value) {
                            map.items.push({ start: [], key: null, sep: [this.sourceToken] });
                        }
                        else if (includesToken(it.sep, 'map-value-ind')) {
                            this.stack.push({
                                type: 'block-map',
                                offset: this.offset,
                                indent: this.indent,
                                items: [{ start, key: null, sep: [this.sourceToken] }]
                            });
                        }
                        else if (isFlowToken(it.key) &&
                            !includesToken(it.sep, 'newline')) {
                            const start = getFirstKeyStartProps(it.start);
                            const key = it.key;
                            const sep = it.sep;
                            sep.push(this.sourceToken);
                            // @ts-expect-error type guard is wrong here
                            delete it.key;
                            // @ts-expect-error type guard is wrong here
                            delete it.sep;
                            this.stack.push({
                                type: 'block-map',
                                offset: this.offset,
                                indent: this.indent,
                                items: [{ start, key, sep }]
                            });
                        }
                        else if (start.length > 0) {
                            // Not actually at next item
                            it.sep = it.sep.concat(start, this.sourceToken);
                        }
                        else {
                            it.sep.push(this.sourceToken);
                        }
                    }
                    else {
                        if (!it.sep) {
                            Object.assign(it, { key: null, sep: [this.sourceToken] });
                        }
                        else if (it.value || atNextItem) {
                            map.items.push({ start, key: null, sep: [this.sourceToken] });
                        }
                        else if (includesToken(it.sep, 'map-value-ind')) {
                            this.stack.push({
                                type: 'block-map',
                                offset: this.offset,
                                indent: this.indent,
                                items: [{ start: [], key: null, sep: [this.sourceToken] }]
                            });
                        }
                        else {
                            it.sep.push(this.sourceToken);
                        }
                    }
                    this.onKeyLine = true;
                    return;
                case 'alias':
                case 'scalar':
                case 'single-quoted-scalar':
                case 'double-quoted-scalar': {
                    const fs = this.flowScalar(this.type);
                    if (atNextItem || it.value) {
                        map.items.push({ start, key: fs, sep: [] });
                        this.onKeyLine = true;
                    }
                    else if (it.sep) {
                        this.stack.push(fs);
                    }
                    else {
                        Object.assign(it, { key: fs, sep: [] });
                        this.onKeyLine = true;
                    }
                    return;
                }
                default: {
                    const bv = this.startBlockValue(map);
                    if (bv) {
                        if (bv.type === 'block-seq') {
                            if (!it.explicitKey &&
                                it.sep &&
                                !includesToken(it.sep, 'newline')) {
                                yield* this.pop({
                                    type: 'error',
                                    offset: this.offset,
                                    message: 'Unexpected block-seq-ind on same line with key',
                                    source: this.source
                                });
                                return;
                            }
                        }
                        else if (atMapIndent) {
                            map.items.push({ start });
                        }
                        this.stack.push(bv);
                        return;
                    }
                }
            }
        }
        yield* this.pop();
        yield* this.step();
    }
    *blockSequence(seq) {
        const it = seq.items[seq.items.length - 1];
        switch (this.type) {
            case 'newline':
                if (it.value) {
                    const end = 'end' in it.value ? it.value.end : undefined;
                    const last = Array.isArray(end) ? end[end.length - 1] : undefined;
                    if (last?.type === 'comment')
                        end?.push(this.sourceToken);
                    else
                        seq.items.push({ start: [this.sourceToken] });
                }
                else
                    it.start.push(this.sourceToken);
                return;
            case 'space':
            case 'comment':
                if (it.value)
                    seq.items.push({ start: [this.sourceToken] });
                else {
                    if (this.atIndentedComment(it.start, seq.indent)) {
                        const prev = seq.items[seq.items.length - 2];
                        const end = prev?.value?.end;
                        if (Array.isArray(end)) {
                            arrayPushArray(end, it.start);
                            end.push(this.sourceToken);
                            seq.items.pop();
                            return;
                        }
                    }
                    it.start.push(this.sourceToken);
                }
                return;
            case 'anchor':
            case 'tag':
                if (it.value || this.indent <= seq.indent)
                    break;
                it.start.push(this.sourceToken);
                return;
            case 'seq-item-ind':
                if (this.indent !== seq.indent)
                    break;
                if (it.value || includesToken(it.start, 'seq-item-ind'))
                    seq.items.push({ start: [this.sourceToken] });
                else
                    it.start.push(this.sourceToken);
                return;
        }
        if (this.indent > seq.indent) {
            const bv = this.startBlockValue(seq);
            if (bv) {
                this.stack.push(bv);
                return;
            }
        }
        yield* this.pop();
        yield* this.step();
    }
    *flowCollection(fc) {
        const it = fc.items[fc.items.length - 1];
        if (this.type === 'flow-error-end') {
            let top;
            do {
                yield* this.pop();
                top = this.peek(1);
            } while (top?.type === 'flow-collection');
        }
        else if (fc.end.length === 0) {
            switch (this.type) {
                case 'comma':
                case 'explicit-key-ind':
                    if (!it || it.sep)
                        fc.items.push({ start: [this.sourceToken] });
                    else
                        it.start.push(this.sourceToken);
                    return;
                case 'map-value-ind':
                    if (!it || it.value)
                        fc.items.push({ start: [], key: null, sep: [this.sourceToken] });
                    else if (it.sep)
                        it.sep.push(this.sourceToken);
                    else
                        Object.assign(it, { key: null, sep: [this.sourceToken] });
                    return;
                case 'space':
                case 'comment':
                case 'newline':
                case 'anchor':
                case 'tag':
                    if (!it || it.value)
                        fc.items.push({ start: [this.sourceToken] });
                    else if (it.sep)
                        it.sep.push(this.sourceToken);
                    else
                        it.start.push(this.sourceToken);
                    return;
                case 'alias':
                case 'scalar':
                case 'single-quoted-scalar':
                case 'double-quoted-scalar': {
                    const fs = this.flowScalar(this.type);
                    if (!it || it.value)
                        fc.items.push({ start: [], key: fs, sep: [] });
                    else if (it.sep)
                        this.stack.push(fs);
                    else
                        Object.assign(it, { key: fs, sep: [] });
                    return;
                }
                case 'flow-map-end':
                case 'flow-seq-end':
                    fc.end.push(this.sourceToken);
                    return;
            }
            const bv = this.startBlockValue(fc);
            /* istanbul ignore else should not happen */
            if (bv)
                this.stack.push(bv);
            else {
                yield* this.pop();
                yield* this.step();
            }
        }
        else {
            const parent = this.peek(2);
            if (parent.type === 'block-map' &&
                ((this.type === 'map-value-ind' && parent.indent === fc.indent) ||
                    (this.type === 'newline' &&
                        !parent.items[parent.items.length - 1].sep))) {
                yield* this.pop();
                yield* this.step();
            }
            else if (this.type === 'map-value-ind' &&
                parent.type !== 'flow-collection') {
                const prev = getPrevProps(parent);
                const start = getFirstKeyStartProps(prev);
                fixFlowSeqItems(fc);
                const sep = fc.end.splice(1, fc.end.length);
                sep.push(this.sourceToken);
                const map = {
                    type: 'block-map',
                    offset: fc.offset,
                    indent: fc.indent,
                    items: [{ start, key: fc, sep }]
                };
                this.onKeyLine = true;
                this.stack[this.stack.length - 1] = map;
            }
            else {
                yield* this.lineEnd(fc);
            }
        }
    }
    flowScalar(type) {
        if (this.onNewLine) {
            let nl = this.source.indexOf('\n') + 1;
            while (nl !== 0) {
                this.onNewLine(this.offset + nl);
                nl = this.source.indexOf('\n', nl) + 1;
            }
        }
        return {
            type,
            offset: this.offset,
            indent: this.indent,
            source: this.source
        };
    }
    startBlockValue(parent) {
        switch (this.type) {
            case 'alias':
            case 'scalar':
            case 'single-quoted-scalar':
            case 'double-quoted-scalar':
                return this.flowScalar(this.type);
            case 'block-scalar-header':
                return {
                    type: 'block-scalar',
                    offset: this.offset,
                    indent: this.indent,
                    props: [this.sourceToken],
                    source: ''
                };
            case 'flow-map-start':
            case 'flow-seq-start':
                return {
                    type: 'flow-collection',
                    offset: this.offset,
                    indent: this.indent,
                    start: this.sourceToken,
                    items: [],
                    end: []
                };
            case 'seq-item-ind':
                return {
                    type: 'block-seq',
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start: [this.sourceToken] }]
                };
            case 'explicit-key-ind': {
                this.onKeyLine = true;
                const prev = getPrevProps(parent);
                const start = getFirstKeyStartProps(prev);
                start.push(this.sourceToken);
                return {
                    type: 'block-map',
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start, explicitKey: true }]
                };
            }
            case 'map-value-ind': {
                this.onKeyLine = true;
                const prev = getPrevProps(parent);
                const start = getFirstKeyStartProps(prev);
                return {
                    type: 'block-map',
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start, key: null, sep: [this.sourceToken] }]
                };
            }
        }
        return null;
    }
    atIndentedComment(start, indent) {
        if (this.type !== 'comment')
            return false;
        if (this.indent <= indent)
            return false;
        return start.every(st => st.type === 'newline' || st.type === 'space');
    }
    *documentEnd(docEnd) {
        if (this.type !== 'doc-mode') {
            if (docEnd.end)
                docEnd.end.push(this.sourceToken);
            else
                docEnd.end = [this.sourceToken];
            if (this.type === 'newline')
                yield* this.pop();
        }
    }
    *lineEnd(token) {
        switch (this.type) {
            case 'comma':
            case 'doc-start':
            case 'doc-end':
            case 'flow-seq-end':
            case 'flow-map-end':
            case 'map-value-ind':
                yield* this.pop();
                yield* this.step();
                break;
            case 'newline':
                this.onKeyLine = false;
            // fallthrough
            case 'space':
            case 'comment':
            default:
                // all other values are errors
                if (token.end)
                    token.end.push(this.sourceToken);
                else
                    token.end = [this.sourceToken];
                if (this.type === 'newline')
                    yield* this.pop();
        }
    }
}

exports.Parser = Parser;


/***/ }),

/***/ 4047:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var composer = __nccwpck_require__(9984);
var Document = __nccwpck_require__(3021);
var errors = __nccwpck_require__(1464);
var log = __nccwpck_require__(7249);
var identity = __nccwpck_require__(1127);
var lineCounter = __nccwpck_require__(6628);
var parser = __nccwpck_require__(3456);

function parseOptions(options) {
    const prettyErrors = options.prettyErrors !== false;
    const lineCounter$1 = options.lineCounter || (prettyErrors && new lineCounter.LineCounter()) || null;
    return { lineCounter: lineCounter$1, prettyErrors };
}
/**
 * Parse the input as a stream of YAML documents.
 *
 * Documents should be separated from each other by `...` or `---` marker lines.
 *
 * @returns If an empty `docs` array is returned, it will be of type
 *   EmptyStream and contain additional stream information. In
 *   TypeScript, you should use `'empty' in docs` as a type guard for it.
 */
function parseAllDocuments(source, options = {}) {
    const { lineCounter, prettyErrors } = parseOptions(options);
    const parser$1 = new parser.Parser(lineCounter?.addNewLine);
    const composer$1 = new composer.Composer(options);
    const docs = Array.from(composer$1.compose(parser$1.parse(source)));
    if (prettyErrors && lineCounter)
        for (const doc of docs) {
            doc.errors.forEach(errors.prettifyError(source, lineCounter));
            doc.warnings.forEach(errors.prettifyError(source, lineCounter));
        }
    if (docs.length > 0)
        return docs;
    return Object.assign([], { empty: true }, composer$1.streamInfo());
}
/** Parse an input string into a single YAML.Document */
function parseDocument(source, options = {}) {
    const { lineCounter, prettyErrors } = parseOptions(options);
    const parser$1 = new parser.Parser(lineCounter?.addNewLine);
    const composer$1 = new composer.Composer(options);
    // `doc` is always set by compose.end(true) at the very latest
    let doc = null;
    for (const _doc of composer$1.compose(parser$1.parse(source), true, source.length)) {
        if (!doc)
            doc = _doc;
        else if (doc.options.logLevel !== 'silent') {
            doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), 'MULTIPLE_DOCS', 'Source contains multiple documents; please use YAML.parseAllDocuments()'));
            break;
        }
    }
    if (prettyErrors && lineCounter) {
        doc.errors.forEach(errors.prettifyError(source, lineCounter));
        doc.warnings.forEach(errors.prettifyError(source, lineCounter));
    }
    return doc;
}
function parse(src, reviver, options) {
    let _reviver = undefined;
    if (typeof reviver === 'function') {
        _reviver = reviver;
    }
    else if (options === undefined && reviver && typeof reviver === 'object') {
        options = reviver;
    }
    const doc = parseDocument(src, options);
    if (!doc)
        return null;
    doc.warnings.forEach(warning => log.warn(doc.options.logLevel, warning));
    if (doc.errors.length > 0) {
        if (doc.options.logLevel !== 'silent')
            throw doc.errors[0];
        else
            doc.errors = [];
    }
    return doc.toJS(Object.assign({ reviver: _reviver }, options));
}
function stringify(value, replacer, options) {
    let _replacer = null;
    if (typeof replacer === 'function' || Array.isArray(replacer)) {
        _replacer = replacer;
    }
    else if (options === undefined && replacer) {
        options = replacer;
    }
    if (typeof options === 'string')
        options = options.length;
    if (typeof options === 'number') {
        const indent = Math.round(options);
        options = indent < 1 ? undefined : indent > 8 ? { indent: 8 } : { indent };
    }
    if (value === undefined) {
        const { keepUndefined } = options ?? replacer ?? {};
        if (!keepUndefined)
            return undefined;
    }
    if (identity.isDocument(value) && !_replacer)
        return value.toString(options);
    return new Document.Document(value, _replacer, options).toString(options);
}

exports.parse = parse;
exports.parseAllDocuments = parseAllDocuments;
exports.parseDocument = parseDocument;
exports.stringify = stringify;


/***/ }),

/***/ 5840:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var map = __nccwpck_require__(7451);
var seq = __nccwpck_require__(1706);
var string = __nccwpck_require__(6464);
var tags = __nccwpck_require__(18);

const sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
class Schema {
    constructor({ compat, customTags, merge, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
        this.compat = Array.isArray(compat)
            ? tags.getTags(compat, 'compat')
            : compat
                ? tags.getTags(null, compat)
                : null;
        this.name = (typeof schema === 'string' && schema) || 'core';
        this.knownTags = resolveKnownTags ? tags.coreKnownTags : {};
        this.tags = tags.getTags(customTags, this.name, merge);
        this.toStringOptions = toStringDefaults ?? null;
        Object.defineProperty(this, identity.MAP, { value: map.map });
        Object.defineProperty(this, identity.SCALAR, { value: string.string });
        Object.defineProperty(this, identity.SEQ, { value: seq.seq });
        // Used by createMap()
        this.sortMapEntries =
            typeof sortMapEntries === 'function'
                ? sortMapEntries
                : sortMapEntries === true
                    ? sortMapEntriesByKey
                    : null;
    }
    clone() {
        const copy = Object.create(Schema.prototype, Object.getOwnPropertyDescriptors(this));
        copy.tags = this.tags.slice();
        return copy;
    }
}

exports.Schema = Schema;


/***/ }),

/***/ 7451:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var YAMLMap = __nccwpck_require__(4454);

const map = {
    collection: 'map',
    default: true,
    nodeClass: YAMLMap.YAMLMap,
    tag: 'tag:yaml.org,2002:map',
    resolve(map, onError) {
        if (!identity.isMap(map))
            onError('Expected a mapping for this tag');
        return map;
    },
    createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
};

exports.map = map;


/***/ }),

/***/ 3632:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);

const nullTag = {
    identify: value => value == null,
    createNode: () => new Scalar.Scalar(null),
    default: true,
    tag: 'tag:yaml.org,2002:null',
    test: /^(?:~|[Nn]ull|NULL)?$/,
    resolve: () => new Scalar.Scalar(null),
    stringify: ({ source }, ctx) => typeof source === 'string' && nullTag.test.test(source)
        ? source
        : ctx.options.nullStr
};

exports.nullTag = nullTag;


/***/ }),

/***/ 1706:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var YAMLSeq = __nccwpck_require__(2223);

const seq = {
    collection: 'seq',
    default: true,
    nodeClass: YAMLSeq.YAMLSeq,
    tag: 'tag:yaml.org,2002:seq',
    resolve(seq, onError) {
        if (!identity.isSeq(seq))
            onError('Expected a sequence for this tag');
        return seq;
    },
    createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
};

exports.seq = seq;


/***/ }),

/***/ 6464:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var stringifyString = __nccwpck_require__(3069);

const string = {
    identify: value => typeof value === 'string',
    default: true,
    tag: 'tag:yaml.org,2002:str',
    resolve: str => str,
    stringify(item, ctx, onComment, onChompKeep) {
        ctx = Object.assign({ actualString: true }, ctx);
        return stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
    }
};

exports.string = string;


/***/ }),

/***/ 3959:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);

const boolTag = {
    identify: value => typeof value === 'boolean',
    default: true,
    tag: 'tag:yaml.org,2002:bool',
    test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
    resolve: str => new Scalar.Scalar(str[0] === 't' || str[0] === 'T'),
    stringify({ source, value }, ctx) {
        if (source && boolTag.test.test(source)) {
            const sv = source[0] === 't' || source[0] === 'T';
            if (value === sv)
                return source;
        }
        return value ? ctx.options.trueStr : ctx.options.falseStr;
    }
};

exports.boolTag = boolTag;


/***/ }),

/***/ 8405:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);
var stringifyNumber = __nccwpck_require__(8689);

const floatNaN = {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
    resolve: str => str.slice(-3).toLowerCase() === 'nan'
        ? NaN
        : str[0] === '-'
            ? Number.NEGATIVE_INFINITY
            : Number.POSITIVE_INFINITY,
    stringify: stringifyNumber.stringifyNumber
};
const floatExp = {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    format: 'EXP',
    test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
    resolve: str => parseFloat(str),
    stringify(node) {
        const num = Number(node.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
    }
};
const float = {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
    resolve(str) {
        const node = new Scalar.Scalar(parseFloat(str));
        const dot = str.indexOf('.');
        if (dot !== -1 && str[str.length - 1] === '0')
            node.minFractionDigits = str.length - dot - 1;
        return node;
    },
    stringify: stringifyNumber.stringifyNumber
};

exports.float = float;
exports.floatExp = floatExp;
exports.floatNaN = floatNaN;


/***/ }),

/***/ 9874:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var stringifyNumber = __nccwpck_require__(8689);

const intIdentify = (value) => typeof value === 'bigint' || Number.isInteger(value);
const intResolve = (str, offset, radix, { intAsBigInt }) => (intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix));
function intStringify(node, radix, prefix) {
    const { value } = node;
    if (intIdentify(value) && value >= 0)
        return prefix + value.toString(radix);
    return stringifyNumber.stringifyNumber(node);
}
const intOct = {
    identify: value => intIdentify(value) && value >= 0,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    format: 'OCT',
    test: /^0o[0-7]+$/,
    resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
    stringify: node => intStringify(node, 8, '0o')
};
const int = {
    identify: intIdentify,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    test: /^[-+]?[0-9]+$/,
    resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
    stringify: stringifyNumber.stringifyNumber
};
const intHex = {
    identify: value => intIdentify(value) && value >= 0,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    format: 'HEX',
    test: /^0x[0-9a-fA-F]+$/,
    resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
    stringify: node => intStringify(node, 16, '0x')
};

exports.int = int;
exports.intHex = intHex;
exports.intOct = intOct;


/***/ }),

/***/ 896:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var map = __nccwpck_require__(7451);
var _null = __nccwpck_require__(3632);
var seq = __nccwpck_require__(1706);
var string = __nccwpck_require__(6464);
var bool = __nccwpck_require__(3959);
var float = __nccwpck_require__(8405);
var int = __nccwpck_require__(9874);

const schema = [
    map.map,
    seq.seq,
    string.string,
    _null.nullTag,
    bool.boolTag,
    int.intOct,
    int.int,
    int.intHex,
    float.floatNaN,
    float.floatExp,
    float.float
];

exports.schema = schema;


/***/ }),

/***/ 3559:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);
var map = __nccwpck_require__(7451);
var seq = __nccwpck_require__(1706);

function intIdentify(value) {
    return typeof value === 'bigint' || Number.isInteger(value);
}
const stringifyJSON = ({ value }) => JSON.stringify(value);
const jsonScalars = [
    {
        identify: value => typeof value === 'string',
        default: true,
        tag: 'tag:yaml.org,2002:str',
        resolve: str => str,
        stringify: stringifyJSON
    },
    {
        identify: value => value == null,
        createNode: () => new Scalar.Scalar(null),
        default: true,
        tag: 'tag:yaml.org,2002:null',
        test: /^null$/,
        resolve: () => null,
        stringify: stringifyJSON
    },
    {
        identify: value => typeof value === 'boolean',
        default: true,
        tag: 'tag:yaml.org,2002:bool',
        test: /^true$|^false$/,
        resolve: str => str === 'true',
        stringify: stringifyJSON
    },
    {
        identify: intIdentify,
        default: true,
        tag: 'tag:yaml.org,2002:int',
        test: /^-?(?:0|[1-9][0-9]*)$/,
        resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
        stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
    },
    {
        identify: value => typeof value === 'number',
        default: true,
        tag: 'tag:yaml.org,2002:float',
        test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
        resolve: str => parseFloat(str),
        stringify: stringifyJSON
    }
];
const jsonError = {
    default: true,
    tag: '',
    test: /^/,
    resolve(str, onError) {
        onError(`Unresolved plain scalar ${JSON.stringify(str)}`);
        return str;
    }
};
const schema = [map.map, seq.seq].concat(jsonScalars, jsonError);

exports.schema = schema;


/***/ }),

/***/ 18:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var map = __nccwpck_require__(7451);
var _null = __nccwpck_require__(3632);
var seq = __nccwpck_require__(1706);
var string = __nccwpck_require__(6464);
var bool = __nccwpck_require__(3959);
var float = __nccwpck_require__(8405);
var int = __nccwpck_require__(9874);
var schema = __nccwpck_require__(896);
var schema$1 = __nccwpck_require__(3559);
var binary = __nccwpck_require__(6083);
var merge = __nccwpck_require__(452);
var omap = __nccwpck_require__(303);
var pairs = __nccwpck_require__(8385);
var schema$2 = __nccwpck_require__(5913);
var set = __nccwpck_require__(1528);
var timestamp = __nccwpck_require__(6752);

const schemas = new Map([
    ['core', schema.schema],
    ['failsafe', [map.map, seq.seq, string.string]],
    ['json', schema$1.schema],
    ['yaml11', schema$2.schema],
    ['yaml-1.1', schema$2.schema]
]);
const tagsByName = {
    binary: binary.binary,
    bool: bool.boolTag,
    float: float.float,
    floatExp: float.floatExp,
    floatNaN: float.floatNaN,
    floatTime: timestamp.floatTime,
    int: int.int,
    intHex: int.intHex,
    intOct: int.intOct,
    intTime: timestamp.intTime,
    map: map.map,
    merge: merge.merge,
    null: _null.nullTag,
    omap: omap.omap,
    pairs: pairs.pairs,
    seq: seq.seq,
    set: set.set,
    timestamp: timestamp.timestamp
};
const coreKnownTags = {
    'tag:yaml.org,2002:binary': binary.binary,
    'tag:yaml.org,2002:merge': merge.merge,
    'tag:yaml.org,2002:omap': omap.omap,
    'tag:yaml.org,2002:pairs': pairs.pairs,
    'tag:yaml.org,2002:set': set.set,
    'tag:yaml.org,2002:timestamp': timestamp.timestamp
};
function getTags(customTags, schemaName, addMergeTag) {
    const schemaTags = schemas.get(schemaName);
    if (schemaTags && !customTags) {
        return addMergeTag && !schemaTags.includes(merge.merge)
            ? schemaTags.concat(merge.merge)
            : schemaTags.slice();
    }
    let tags = schemaTags;
    if (!tags) {
        if (Array.isArray(customTags))
            tags = [];
        else {
            const keys = Array.from(schemas.keys())
                .filter(key => key !== 'yaml11')
                .map(key => JSON.stringify(key))
                .join(', ');
            throw new Error(`Unknown schema "${schemaName}"; use one of ${keys} or define customTags array`);
        }
    }
    if (Array.isArray(customTags)) {
        for (const tag of customTags)
            tags = tags.concat(tag);
    }
    else if (typeof customTags === 'function') {
        tags = customTags(tags.slice());
    }
    if (addMergeTag)
        tags = tags.concat(merge.merge);
    return tags.reduce((tags, tag) => {
        const tagObj = typeof tag === 'string' ? tagsByName[tag] : tag;
        if (!tagObj) {
            const tagName = JSON.stringify(tag);
            const keys = Object.keys(tagsByName)
                .map(key => JSON.stringify(key))
                .join(', ');
            throw new Error(`Unknown custom tag ${tagName}; use one of ${keys}`);
        }
        if (!tags.includes(tagObj))
            tags.push(tagObj);
        return tags;
    }, []);
}

exports.coreKnownTags = coreKnownTags;
exports.getTags = getTags;


/***/ }),

/***/ 6083:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var node_buffer = __nccwpck_require__(181);
var Scalar = __nccwpck_require__(3301);
var stringifyString = __nccwpck_require__(3069);

const binary = {
    identify: value => value instanceof Uint8Array, // Buffer inherits from Uint8Array
    default: false,
    tag: 'tag:yaml.org,2002:binary',
    /**
     * Returns a Buffer in node and an Uint8Array in browsers
     *
     * To use the resulting buffer as an image, you'll want to do something like:
     *
     *   const blob = new Blob([buffer], { type: 'image/jpeg' })
     *   document.querySelector('#photo').src = URL.createObjectURL(blob)
     */
    resolve(src, onError) {
        if (typeof node_buffer.Buffer === 'function') {
            return node_buffer.Buffer.from(src, 'base64');
        }
        else if (typeof atob === 'function') {
            // On IE 11, atob() can't handle newlines
            const str = atob(src.replace(/[\n\r]/g, ''));
            const buffer = new Uint8Array(str.length);
            for (let i = 0; i < str.length; ++i)
                buffer[i] = str.charCodeAt(i);
            return buffer;
        }
        else {
            onError('This environment does not support reading binary tags; either Buffer or atob is required');
            return src;
        }
    },
    stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
        if (!value)
            return '';
        const buf = value; // checked earlier by binary.identify()
        let str;
        if (typeof node_buffer.Buffer === 'function') {
            str =
                buf instanceof node_buffer.Buffer
                    ? buf.toString('base64')
                    : node_buffer.Buffer.from(buf.buffer).toString('base64');
        }
        else if (typeof btoa === 'function') {
            let s = '';
            for (let i = 0; i < buf.length; ++i)
                s += String.fromCharCode(buf[i]);
            str = btoa(s);
        }
        else {
            throw new Error('This environment does not support writing binary tags; either Buffer or btoa is required');
        }
        type ?? (type = Scalar.Scalar.BLOCK_LITERAL);
        if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
            const lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth);
            const n = Math.ceil(str.length / lineWidth);
            const lines = new Array(n);
            for (let i = 0, o = 0; i < n; ++i, o += lineWidth) {
                lines[i] = str.substr(o, lineWidth);
            }
            str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? '\n' : ' ');
        }
        return stringifyString.stringifyString({ comment, type, value: str }, ctx, onComment, onChompKeep);
    }
};

exports.binary = binary;


/***/ }),

/***/ 8398:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);

function boolStringify({ value, source }, ctx) {
    const boolObj = value ? trueTag : falseTag;
    if (source && boolObj.test.test(source))
        return source;
    return value ? ctx.options.trueStr : ctx.options.falseStr;
}
const trueTag = {
    identify: value => value === true,
    default: true,
    tag: 'tag:yaml.org,2002:bool',
    test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
    resolve: () => new Scalar.Scalar(true),
    stringify: boolStringify
};
const falseTag = {
    identify: value => value === false,
    default: true,
    tag: 'tag:yaml.org,2002:bool',
    test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
    resolve: () => new Scalar.Scalar(false),
    stringify: boolStringify
};

exports.falseTag = falseTag;
exports.trueTag = trueTag;


/***/ }),

/***/ 5782:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);
var stringifyNumber = __nccwpck_require__(8689);

const floatNaN = {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
    resolve: (str) => str.slice(-3).toLowerCase() === 'nan'
        ? NaN
        : str[0] === '-'
            ? Number.NEGATIVE_INFINITY
            : Number.POSITIVE_INFINITY,
    stringify: stringifyNumber.stringifyNumber
};
const floatExp = {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    format: 'EXP',
    test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
    resolve: (str) => parseFloat(str.replace(/_/g, '')),
    stringify(node) {
        const num = Number(node.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
    }
};
const float = {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
    resolve(str) {
        const node = new Scalar.Scalar(parseFloat(str.replace(/_/g, '')));
        const dot = str.indexOf('.');
        if (dot !== -1) {
            const f = str.substring(dot + 1).replace(/_/g, '');
            if (f[f.length - 1] === '0')
                node.minFractionDigits = f.length;
        }
        return node;
    },
    stringify: stringifyNumber.stringifyNumber
};

exports.float = float;
exports.floatExp = floatExp;
exports.floatNaN = floatNaN;


/***/ }),

/***/ 873:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var stringifyNumber = __nccwpck_require__(8689);

const intIdentify = (value) => typeof value === 'bigint' || Number.isInteger(value);
function intResolve(str, offset, radix, { intAsBigInt }) {
    const sign = str[0];
    if (sign === '-' || sign === '+')
        offset += 1;
    str = str.substring(offset).replace(/_/g, '');
    if (intAsBigInt) {
        switch (radix) {
            case 2:
                str = `0b${str}`;
                break;
            case 8:
                str = `0o${str}`;
                break;
            case 16:
                str = `0x${str}`;
                break;
        }
        const n = BigInt(str);
        return sign === '-' ? BigInt(-1) * n : n;
    }
    const n = parseInt(str, radix);
    return sign === '-' ? -1 * n : n;
}
function intStringify(node, radix, prefix) {
    const { value } = node;
    if (intIdentify(value)) {
        const str = value.toString(radix);
        return value < 0 ? '-' + prefix + str.substr(1) : prefix + str;
    }
    return stringifyNumber.stringifyNumber(node);
}
const intBin = {
    identify: intIdentify,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    format: 'BIN',
    test: /^[-+]?0b[0-1_]+$/,
    resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
    stringify: node => intStringify(node, 2, '0b')
};
const intOct = {
    identify: intIdentify,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    format: 'OCT',
    test: /^[-+]?0[0-7_]+$/,
    resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
    stringify: node => intStringify(node, 8, '0')
};
const int = {
    identify: intIdentify,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    test: /^[-+]?[0-9][0-9_]*$/,
    resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
    stringify: stringifyNumber.stringifyNumber
};
const intHex = {
    identify: intIdentify,
    default: true,
    tag: 'tag:yaml.org,2002:int',
    format: 'HEX',
    test: /^[-+]?0x[0-9a-fA-F_]+$/,
    resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
    stringify: node => intStringify(node, 16, '0x')
};

exports.int = int;
exports.intBin = intBin;
exports.intHex = intHex;
exports.intOct = intOct;


/***/ }),

/***/ 452:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Scalar = __nccwpck_require__(3301);

// If the value associated with a merge key is a single mapping node, each of
// its key/value pairs is inserted into the current mapping, unless the key
// already exists in it. If the value associated with the merge key is a
// sequence, then this sequence is expected to contain mapping nodes and each
// of these nodes is merged in turn according to its order in the sequence.
// Keys in mapping nodes earlier in the sequence override keys specified in
// later mapping nodes. -- http://yaml.org/type/merge.html
const MERGE_KEY = '<<';
const merge = {
    identify: value => value === MERGE_KEY ||
        (typeof value === 'symbol' && value.description === MERGE_KEY),
    default: 'key',
    tag: 'tag:yaml.org,2002:merge',
    test: /^<<$/,
    resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), {
        addToJSMap: addMergeToJSMap
    }),
    stringify: () => MERGE_KEY
};
const isMergeKey = (ctx, key) => (merge.identify(key) ||
    (identity.isScalar(key) &&
        (!key.type || key.type === Scalar.Scalar.PLAIN) &&
        merge.identify(key.value))) &&
    ctx?.doc.schema.tags.some(tag => tag.tag === merge.tag && tag.default);
function addMergeToJSMap(ctx, map, value) {
    const source = resolveAliasValue(ctx, value);
    if (identity.isSeq(source))
        for (const it of source.items)
            mergeValue(ctx, map, it);
    else if (Array.isArray(source))
        for (const it of source)
            mergeValue(ctx, map, it);
    else
        mergeValue(ctx, map, source);
}
function mergeValue(ctx, map, value) {
    const source = resolveAliasValue(ctx, value);
    if (!identity.isMap(source))
        throw new Error('Merge sources must be maps or map aliases');
    const srcMap = source.toJSON(null, ctx, Map);
    for (const [key, value] of srcMap) {
        if (map instanceof Map) {
            if (!map.has(key))
                map.set(key, value);
        }
        else if (map instanceof Set) {
            map.add(key);
        }
        else if (!Object.prototype.hasOwnProperty.call(map, key)) {
            Object.defineProperty(map, key, {
                value,
                writable: true,
                enumerable: true,
                configurable: true
            });
        }
    }
    return map;
}
function resolveAliasValue(ctx, value) {
    return ctx && identity.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
}

exports.addMergeToJSMap = addMergeToJSMap;
exports.isMergeKey = isMergeKey;
exports.merge = merge;


/***/ }),

/***/ 303:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var toJS = __nccwpck_require__(4043);
var YAMLMap = __nccwpck_require__(4454);
var YAMLSeq = __nccwpck_require__(2223);
var pairs = __nccwpck_require__(8385);

class YAMLOMap extends YAMLSeq.YAMLSeq {
    constructor() {
        super();
        this.add = YAMLMap.YAMLMap.prototype.add.bind(this);
        this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this);
        this.get = YAMLMap.YAMLMap.prototype.get.bind(this);
        this.has = YAMLMap.YAMLMap.prototype.has.bind(this);
        this.set = YAMLMap.YAMLMap.prototype.set.bind(this);
        this.tag = YAMLOMap.tag;
    }
    /**
     * If `ctx` is given, the return type is actually `Map<unknown, unknown>`,
     * but TypeScript won't allow widening the signature of a child method.
     */
    toJSON(_, ctx) {
        if (!ctx)
            return super.toJSON(_);
        const map = new Map();
        if (ctx?.onCreate)
            ctx.onCreate(map);
        for (const pair of this.items) {
            let key, value;
            if (identity.isPair(pair)) {
                key = toJS.toJS(pair.key, '', ctx);
                value = toJS.toJS(pair.value, key, ctx);
            }
            else {
                key = toJS.toJS(pair, '', ctx);
            }
            if (map.has(key))
                throw new Error('Ordered maps must not include duplicate keys');
            map.set(key, value);
        }
        return map;
    }
    static from(schema, iterable, ctx) {
        const pairs$1 = pairs.createPairs(schema, iterable, ctx);
        const omap = new this();
        omap.items = pairs$1.items;
        return omap;
    }
}
YAMLOMap.tag = 'tag:yaml.org,2002:omap';
const omap = {
    collection: 'seq',
    identify: value => value instanceof Map,
    nodeClass: YAMLOMap,
    default: false,
    tag: 'tag:yaml.org,2002:omap',
    resolve(seq, onError) {
        const pairs$1 = pairs.resolvePairs(seq, onError);
        const seenKeys = [];
        for (const { key } of pairs$1.items) {
            if (identity.isScalar(key)) {
                if (seenKeys.includes(key.value)) {
                    onError(`Ordered maps must not include duplicate keys: ${key.value}`);
                }
                else {
                    seenKeys.push(key.value);
                }
            }
        }
        return Object.assign(new YAMLOMap(), pairs$1);
    },
    createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
};

exports.YAMLOMap = YAMLOMap;
exports.omap = omap;


/***/ }),

/***/ 8385:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Pair = __nccwpck_require__(7165);
var Scalar = __nccwpck_require__(3301);
var YAMLSeq = __nccwpck_require__(2223);

function resolvePairs(seq, onError) {
    if (identity.isSeq(seq)) {
        for (let i = 0; i < seq.items.length; ++i) {
            let item = seq.items[i];
            if (identity.isPair(item))
                continue;
            else if (identity.isMap(item)) {
                if (item.items.length > 1)
                    onError('Each pair must have its own sequence indicator');
                const pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
                if (item.commentBefore)
                    pair.key.commentBefore = pair.key.commentBefore
                        ? `${item.commentBefore}\n${pair.key.commentBefore}`
                        : item.commentBefore;
                if (item.comment) {
                    const cn = pair.value ?? pair.key;
                    cn.comment = cn.comment
                        ? `${item.comment}\n${cn.comment}`
                        : item.comment;
                }
                item = pair;
            }
            seq.items[i] = identity.isPair(item) ? item : new Pair.Pair(item);
        }
    }
    else
        onError('Expected a sequence for this tag');
    return seq;
}
function createPairs(schema, iterable, ctx) {
    const { replacer } = ctx;
    const pairs = new YAMLSeq.YAMLSeq(schema);
    pairs.tag = 'tag:yaml.org,2002:pairs';
    let i = 0;
    if (iterable && Symbol.iterator in Object(iterable))
        for (let it of iterable) {
            if (typeof replacer === 'function')
                it = replacer.call(iterable, String(i++), it);
            let key, value;
            if (Array.isArray(it)) {
                if (it.length === 2) {
                    key = it[0];
                    value = it[1];
                }
                else
                    throw new TypeError(`Expected [key, value] tuple: ${it}`);
            }
            else if (it && it instanceof Object) {
                const keys = Object.keys(it);
                if (keys.length === 1) {
                    key = keys[0];
                    value = it[key];
                }
                else {
                    throw new TypeError(`Expected tuple with one key, not ${keys.length} keys`);
                }
            }
            else {
                key = it;
            }
            pairs.items.push(Pair.createPair(key, value, ctx));
        }
    return pairs;
}
const pairs = {
    collection: 'seq',
    default: false,
    tag: 'tag:yaml.org,2002:pairs',
    resolve: resolvePairs,
    createNode: createPairs
};

exports.createPairs = createPairs;
exports.pairs = pairs;
exports.resolvePairs = resolvePairs;


/***/ }),

/***/ 5913:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var map = __nccwpck_require__(7451);
var _null = __nccwpck_require__(3632);
var seq = __nccwpck_require__(1706);
var string = __nccwpck_require__(6464);
var binary = __nccwpck_require__(6083);
var bool = __nccwpck_require__(8398);
var float = __nccwpck_require__(5782);
var int = __nccwpck_require__(873);
var merge = __nccwpck_require__(452);
var omap = __nccwpck_require__(303);
var pairs = __nccwpck_require__(8385);
var set = __nccwpck_require__(1528);
var timestamp = __nccwpck_require__(6752);

const schema = [
    map.map,
    seq.seq,
    string.string,
    _null.nullTag,
    bool.trueTag,
    bool.falseTag,
    int.intBin,
    int.intOct,
    int.int,
    int.intHex,
    float.floatNaN,
    float.floatExp,
    float.float,
    binary.binary,
    merge.merge,
    omap.omap,
    pairs.pairs,
    set.set,
    timestamp.intTime,
    timestamp.floatTime,
    timestamp.timestamp
];

exports.schema = schema;


/***/ }),

/***/ 1528:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Pair = __nccwpck_require__(7165);
var YAMLMap = __nccwpck_require__(4454);

class YAMLSet extends YAMLMap.YAMLMap {
    constructor(schema) {
        super(schema);
        this.tag = YAMLSet.tag;
    }
    add(key) {
        let pair;
        if (identity.isPair(key))
            pair = key;
        else if (key &&
            typeof key === 'object' &&
            'key' in key &&
            'value' in key &&
            key.value === null)
            pair = new Pair.Pair(key.key, null);
        else
            pair = new Pair.Pair(key, null);
        const prev = YAMLMap.findPair(this.items, pair.key);
        if (!prev)
            this.items.push(pair);
    }
    /**
     * If `keepPair` is `true`, returns the Pair matching `key`.
     * Otherwise, returns the value of that Pair's key.
     */
    get(key, keepPair) {
        const pair = YAMLMap.findPair(this.items, key);
        return !keepPair && identity.isPair(pair)
            ? identity.isScalar(pair.key)
                ? pair.key.value
                : pair.key
            : pair;
    }
    set(key, value) {
        if (typeof value !== 'boolean')
            throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
        const prev = YAMLMap.findPair(this.items, key);
        if (prev && !value) {
            this.items.splice(this.items.indexOf(prev), 1);
        }
        else if (!prev && value) {
            this.items.push(new Pair.Pair(key));
        }
    }
    toJSON(_, ctx) {
        return super.toJSON(_, ctx, Set);
    }
    toString(ctx, onComment, onChompKeep) {
        if (!ctx)
            return JSON.stringify(this);
        if (this.hasAllNullValues(true))
            return super.toString(Object.assign({}, ctx, { allNullValues: true }), onComment, onChompKeep);
        else
            throw new Error('Set items must all have null values');
    }
    static from(schema, iterable, ctx) {
        const { replacer } = ctx;
        const set = new this(schema);
        if (iterable && Symbol.iterator in Object(iterable))
            for (let value of iterable) {
                if (typeof replacer === 'function')
                    value = replacer.call(iterable, value, value);
                set.items.push(Pair.createPair(value, null, ctx));
            }
        return set;
    }
}
YAMLSet.tag = 'tag:yaml.org,2002:set';
const set = {
    collection: 'map',
    identify: value => value instanceof Set,
    nodeClass: YAMLSet,
    default: false,
    tag: 'tag:yaml.org,2002:set',
    createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
    resolve(map, onError) {
        if (identity.isMap(map)) {
            if (map.hasAllNullValues(true))
                return Object.assign(new YAMLSet(), map);
            else
                onError('Set items must all have null values');
        }
        else
            onError('Expected a mapping for this tag');
        return map;
    }
};

exports.YAMLSet = YAMLSet;
exports.set = set;


/***/ }),

/***/ 6752:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var stringifyNumber = __nccwpck_require__(8689);

/** Internal types handle bigint as number, because TS can't figure it out. */
function parseSexagesimal(str, asBigInt) {
    const sign = str[0];
    const parts = sign === '-' || sign === '+' ? str.substring(1) : str;
    const num = (n) => asBigInt ? BigInt(n) : Number(n);
    const res = parts
        .replace(/_/g, '')
        .split(':')
        .reduce((res, p) => res * num(60) + num(p), num(0));
    return (sign === '-' ? num(-1) * res : res);
}
/**
 * hhhh:mm:ss.sss
 *
 * Internal types handle bigint as number, because TS can't figure it out.
 */
function stringifySexagesimal(node) {
    let { value } = node;
    let num = (n) => n;
    if (typeof value === 'bigint')
        num = n => BigInt(n);
    else if (isNaN(value) || !isFinite(value))
        return stringifyNumber.stringifyNumber(node);
    let sign = '';
    if (value < 0) {
        sign = '-';
        value *= num(-1);
    }
    const _60 = num(60);
    const parts = [value % _60]; // seconds, including ms
    if (value < 60) {
        parts.unshift(0); // at least one : is required
    }
    else {
        value = (value - parts[0]) / _60;
        parts.unshift(value % _60); // minutes
        if (value >= 60) {
            value = (value - parts[0]) / _60;
            parts.unshift(value); // hours
        }
    }
    return (sign +
        parts
            .map(n => String(n).padStart(2, '0'))
            .join(':')
            .replace(/000000\d*$/, '') // % 60 may introduce error
    );
}
const intTime = {
    identify: value => typeof value === 'bigint' || Number.isInteger(value),
    default: true,
    tag: 'tag:yaml.org,2002:int',
    format: 'TIME',
    test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
    resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
    stringify: stringifySexagesimal
};
const floatTime = {
    identify: value => typeof value === 'number',
    default: true,
    tag: 'tag:yaml.org,2002:float',
    format: 'TIME',
    test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
    resolve: str => parseSexagesimal(str, false),
    stringify: stringifySexagesimal
};
const timestamp = {
    identify: value => value instanceof Date,
    default: true,
    tag: 'tag:yaml.org,2002:timestamp',
    // If the time zone is omitted, the timestamp is assumed to be specified in UTC. The time part
    // may be omitted altogether, resulting in a date format. In such a case, the time part is
    // assumed to be 00:00:00Z (start of day, UTC).
    test: RegExp('^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})' + // YYYY-Mm-Dd
        '(?:' + // time is optional
        '(?:t|T|[ \\t]+)' + // t | T | whitespace
        '([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)' + // Hh:Mm:Ss(.ss)?
        '(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?' + // Z | +5 | -03:30
        ')?$'),
    resolve(str) {
        const match = str.match(timestamp.test);
        if (!match)
            throw new Error('!!timestamp expects a date, starting with yyyy-mm-dd');
        const [, year, month, day, hour, minute, second] = match.map(Number);
        const millisec = match[7] ? Number((match[7] + '00').substr(1, 3)) : 0;
        let date = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0, millisec);
        const tz = match[8];
        if (tz && tz !== 'Z') {
            let d = parseSexagesimal(tz, false);
            if (Math.abs(d) < 30)
                d *= 60;
            date -= 60000 * d;
        }
        return new Date(date);
    },
    stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, '') ?? ''
};

exports.floatTime = floatTime;
exports.intTime = intTime;
exports.timestamp = timestamp;


/***/ }),

/***/ 4475:
/***/ ((__unused_webpack_module, exports) => {



const FOLD_FLOW = 'flow';
const FOLD_BLOCK = 'block';
const FOLD_QUOTED = 'quoted';
/**
 * Tries to keep input at up to `lineWidth` characters, splitting only on spaces
 * not followed by newlines or spaces unless `mode` is `'quoted'`. Lines are
 * terminated with `\n` and started with `indent`.
 */
function foldFlowLines(text, indent, mode = 'flow', { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
    if (!lineWidth || lineWidth < 0)
        return text;
    if (lineWidth < minContentWidth)
        minContentWidth = 0;
    const endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
    if (text.length <= endStep)
        return text;
    const folds = [];
    const escapedFolds = {};
    let end = lineWidth - indent.length;
    if (typeof indentAtStart === 'number') {
        if (indentAtStart > lineWidth - Math.max(2, minContentWidth))
            folds.push(0);
        else
            end = lineWidth - indentAtStart;
    }
    let split = undefined;
    let prev = undefined;
    let overflow = false;
    let i = -1;
    let escStart = -1;
    let escEnd = -1;
    if (mode === FOLD_BLOCK) {
        i = consumeMoreIndentedLines(text, i, indent.length);
        if (i !== -1)
            end = i + endStep;
    }
    for (let ch; (ch = text[(i += 1)]);) {
        if (mode === FOLD_QUOTED && ch === '\\') {
            escStart = i;
            switch (text[i + 1]) {
                case 'x':
                    i += 3;
                    break;
                case 'u':
                    i += 5;
                    break;
                case 'U':
                    i += 9;
                    break;
                default:
                    i += 1;
            }
            escEnd = i;
        }
        if (ch === '\n') {
            if (mode === FOLD_BLOCK)
                i = consumeMoreIndentedLines(text, i, indent.length);
            end = i + indent.length + endStep;
            split = undefined;
        }
        else {
            if (ch === ' ' &&
                prev &&
                prev !== ' ' &&
                prev !== '\n' &&
                prev !== '\t') {
                // space surrounded by non-space can be replaced with newline + indent
                const next = text[i + 1];
                if (next && next !== ' ' && next !== '\n' && next !== '\t')
                    split = i;
            }
            if (i >= end) {
                if (split) {
                    folds.push(split);
                    end = split + endStep;
                    split = undefined;
                }
                else if (mode === FOLD_QUOTED) {
                    // white-space collected at end may stretch past lineWidth
                    while (prev === ' ' || prev === '\t') {
                        prev = ch;
                        ch = text[(i += 1)];
                        overflow = true;
                    }
                    // Account for newline escape, but don't break preceding escape
                    const j = i > escEnd + 1 ? i - 2 : escStart - 1;
                    // Bail out if lineWidth & minContentWidth are shorter than an escape string
                    if (escapedFolds[j])
                        return text;
                    folds.push(j);
                    escapedFolds[j] = true;
                    end = j + endStep;
                    split = undefined;
                }
                else {
                    overflow = true;
                }
            }
        }
        prev = ch;
    }
    if (overflow && onOverflow)
        onOverflow();
    if (folds.length === 0)
        return text;
    if (onFold)
        onFold();
    let res = text.slice(0, folds[0]);
    for (let i = 0; i < folds.length; ++i) {
        const fold = folds[i];
        const end = folds[i + 1] || text.length;
        if (fold === 0)
            res = `\n${indent}${text.slice(0, end)}`;
        else {
            if (mode === FOLD_QUOTED && escapedFolds[fold])
                res += `${text[fold]}\\`;
            res += `\n${indent}${text.slice(fold + 1, end)}`;
        }
    }
    return res;
}
/**
 * Presumes `i + 1` is at the start of a line
 * @returns index of last newline in more-indented block
 */
function consumeMoreIndentedLines(text, i, indent) {
    let end = i;
    let start = i + 1;
    let ch = text[start];
    while (ch === ' ' || ch === '\t') {
        if (i < start + indent) {
            ch = text[++i];
        }
        else {
            do {
                ch = text[++i];
            } while (ch && ch !== '\n');
            end = i;
            start = i + 1;
            ch = text[start];
        }
    }
    return end;
}

exports.FOLD_BLOCK = FOLD_BLOCK;
exports.FOLD_FLOW = FOLD_FLOW;
exports.FOLD_QUOTED = FOLD_QUOTED;
exports.foldFlowLines = foldFlowLines;


/***/ }),

/***/ 2148:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var anchors = __nccwpck_require__(1596);
var identity = __nccwpck_require__(1127);
var stringifyComment = __nccwpck_require__(9799);
var stringifyString = __nccwpck_require__(3069);

function createStringifyContext(doc, options) {
    const opt = Object.assign({
        blockQuote: true,
        commentString: stringifyComment.stringifyComment,
        defaultKeyType: null,
        defaultStringType: 'PLAIN',
        directives: null,
        doubleQuotedAsJSON: false,
        doubleQuotedMinMultiLineLength: 40,
        falseStr: 'false',
        flowCollectionPadding: true,
        indentSeq: true,
        lineWidth: 80,
        minContentWidth: 20,
        nullStr: 'null',
        simpleKeys: false,
        singleQuote: null,
        trailingComma: false,
        trueStr: 'true',
        verifyAliasOrder: true
    }, doc.schema.toStringOptions, options);
    let inFlow;
    switch (opt.collectionStyle) {
        case 'block':
            inFlow = false;
            break;
        case 'flow':
            inFlow = true;
            break;
        default:
            inFlow = null;
    }
    return {
        anchors: new Set(),
        doc,
        flowCollectionPadding: opt.flowCollectionPadding ? ' ' : '',
        indent: '',
        indentStep: typeof opt.indent === 'number' ? ' '.repeat(opt.indent) : '  ',
        inFlow,
        options: opt
    };
}
function getTagObject(tags, item) {
    if (item.tag) {
        const match = tags.filter(t => t.tag === item.tag);
        if (match.length > 0)
            return match.find(t => t.format === item.format) ?? match[0];
    }
    let tagObj = undefined;
    let obj;
    if (identity.isScalar(item)) {
        obj = item.value;
        let match = tags.filter(t => t.identify?.(obj));
        if (match.length > 1) {
            const testMatch = match.filter(t => t.test);
            if (testMatch.length > 0)
                match = testMatch;
        }
        tagObj =
            match.find(t => t.format === item.format) ?? match.find(t => !t.format);
    }
    else {
        obj = item;
        tagObj = tags.find(t => t.nodeClass && obj instanceof t.nodeClass);
    }
    if (!tagObj) {
        const name = obj?.constructor?.name ?? (obj === null ? 'null' : typeof obj);
        throw new Error(`Tag not resolved for ${name} value`);
    }
    return tagObj;
}
// needs to be called before value stringifier to allow for circular anchor refs
function stringifyProps(node, tagObj, { anchors: anchors$1, doc }) {
    if (!doc.directives)
        return '';
    const props = [];
    const anchor = (identity.isScalar(node) || identity.isCollection(node)) && node.anchor;
    if (anchor && anchors.anchorIsValid(anchor)) {
        anchors$1.add(anchor);
        props.push(`&${anchor}`);
    }
    const tag = node.tag ?? (tagObj.default ? null : tagObj.tag);
    if (tag)
        props.push(doc.directives.tagString(tag));
    return props.join(' ');
}
function stringify(item, ctx, onComment, onChompKeep) {
    if (identity.isPair(item))
        return item.toString(ctx, onComment, onChompKeep);
    if (identity.isAlias(item)) {
        if (ctx.doc.directives)
            return item.toString(ctx);
        if (ctx.resolvedAliases?.has(item)) {
            throw new TypeError(`Cannot stringify circular structure without alias nodes`);
        }
        else {
            if (ctx.resolvedAliases)
                ctx.resolvedAliases.add(item);
            else
                ctx.resolvedAliases = new Set([item]);
            item = item.resolve(ctx.doc);
        }
    }
    let tagObj = undefined;
    const node = identity.isNode(item)
        ? item
        : ctx.doc.createNode(item, { onTagObj: o => (tagObj = o) });
    tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node));
    const props = stringifyProps(node, tagObj, ctx);
    if (props.length > 0)
        ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1;
    const str = typeof tagObj.stringify === 'function'
        ? tagObj.stringify(node, ctx, onComment, onChompKeep)
        : identity.isScalar(node)
            ? stringifyString.stringifyString(node, ctx, onComment, onChompKeep)
            : node.toString(ctx, onComment, onChompKeep);
    if (!props)
        return str;
    return identity.isScalar(node) || str[0] === '{' || str[0] === '['
        ? `${props} ${str}`
        : `${props}\n${ctx.indent}${str}`;
}

exports.createStringifyContext = createStringifyContext;
exports.stringify = stringify;


/***/ }),

/***/ 1212:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var stringify = __nccwpck_require__(2148);
var stringifyComment = __nccwpck_require__(9799);

function stringifyCollection(collection, ctx, options) {
    const flow = ctx.inFlow ?? collection.flow;
    const stringify = flow ? stringifyFlowCollection : stringifyBlockCollection;
    return stringify(collection, ctx, options);
}
function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
    const { indent, options: { commentString } } = ctx;
    const itemCtx = Object.assign({}, ctx, { indent: itemIndent, type: null });
    let chompKeep = false; // flag for the preceding node's status
    const lines = [];
    for (let i = 0; i < items.length; ++i) {
        const item = items[i];
        let comment = null;
        if (identity.isNode(item)) {
            if (!chompKeep && item.spaceBefore)
                lines.push('');
            addCommentBefore(ctx, lines, item.commentBefore, chompKeep);
            if (item.comment)
                comment = item.comment;
        }
        else if (identity.isPair(item)) {
            const ik = identity.isNode(item.key) ? item.key : null;
            if (ik) {
                if (!chompKeep && ik.spaceBefore)
                    lines.push('');
                addCommentBefore(ctx, lines, ik.commentBefore, chompKeep);
            }
        }
        chompKeep = false;
        let str = stringify.stringify(item, itemCtx, () => (comment = null), () => (chompKeep = true));
        if (comment)
            str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
        if (chompKeep && comment)
            chompKeep = false;
        lines.push(blockItemPrefix + str);
    }
    let str;
    if (lines.length === 0) {
        str = flowChars.start + flowChars.end;
    }
    else {
        str = lines[0];
        for (let i = 1; i < lines.length; ++i) {
            const line = lines[i];
            str += line ? `\n${indent}${line}` : '\n';
        }
    }
    if (comment) {
        str += '\n' + stringifyComment.indentComment(commentString(comment), indent);
        if (onComment)
            onComment();
    }
    else if (chompKeep && onChompKeep)
        onChompKeep();
    return str;
}
function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
    const { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
    itemIndent += indentStep;
    const itemCtx = Object.assign({}, ctx, {
        indent: itemIndent,
        inFlow: true,
        type: null
    });
    let reqNewline = false;
    let linesAtValue = 0;
    const lines = [];
    for (let i = 0; i < items.length; ++i) {
        const item = items[i];
        let comment = null;
        if (identity.isNode(item)) {
            if (item.spaceBefore)
                lines.push('');
            addCommentBefore(ctx, lines, item.commentBefore, false);
            if (item.comment)
                comment = item.comment;
        }
        else if (identity.isPair(item)) {
            const ik = identity.isNode(item.key) ? item.key : null;
            if (ik) {
                if (ik.spaceBefore)
                    lines.push('');
                addCommentBefore(ctx, lines, ik.commentBefore, false);
                if (ik.comment)
                    reqNewline = true;
            }
            const iv = identity.isNode(item.value) ? item.value : null;
            if (iv) {
                if (iv.comment)
                    comment = iv.comment;
                if (iv.commentBefore)
                    reqNewline = true;
            }
            else if (item.value == null && ik?.comment) {
                comment = ik.comment;
            }
        }
        if (comment)
            reqNewline = true;
        let str = stringify.stringify(item, itemCtx, () => (comment = null));
        reqNewline || (reqNewline = lines.length > linesAtValue || str.includes('\n'));
        if (i < items.length - 1) {
            str += ',';
        }
        else if (ctx.options.trailingComma) {
            if (ctx.options.lineWidth > 0) {
                reqNewline || (reqNewline = lines.reduce((sum, line) => sum + line.length + 2, 2) +
                    (str.length + 2) >
                    ctx.options.lineWidth);
            }
            if (reqNewline) {
                str += ',';
            }
        }
        if (comment)
            str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
        lines.push(str);
        linesAtValue = lines.length;
    }
    const { start, end } = flowChars;
    if (lines.length === 0) {
        return start + end;
    }
    else {
        if (!reqNewline) {
            const len = lines.reduce((sum, line) => sum + line.length + 2, 2);
            reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
        }
        if (reqNewline) {
            let str = start;
            for (const line of lines)
                str += line ? `\n${indentStep}${indent}${line}` : '\n';
            return `${str}\n${indent}${end}`;
        }
        else {
            return `${start}${fcPadding}${lines.join(' ')}${fcPadding}${end}`;
        }
    }
}
function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
    if (comment && chompKeep)
        comment = comment.replace(/^\n+/, '');
    if (comment) {
        const ic = stringifyComment.indentComment(commentString(comment), indent);
        lines.push(ic.trimStart()); // Avoid double indent on first line
    }
}

exports.stringifyCollection = stringifyCollection;


/***/ }),

/***/ 9799:
/***/ ((__unused_webpack_module, exports) => {



/**
 * Stringifies a comment.
 *
 * Empty comment lines are left empty,
 * lines consisting of a single space are replaced by `#`,
 * and all other lines are prefixed with a `#`.
 */
const stringifyComment = (str) => str.replace(/^(?!$)(?: $)?/gm, '#');
function indentComment(comment, indent) {
    if (/^\n+$/.test(comment))
        return comment.substring(1);
    return indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
}
const lineComment = (str, indent, comment) => str.endsWith('\n')
    ? indentComment(comment, indent)
    : comment.includes('\n')
        ? '\n' + indentComment(comment, indent)
        : (str.endsWith(' ') ? '' : ' ') + comment;

exports.indentComment = indentComment;
exports.lineComment = lineComment;
exports.stringifyComment = stringifyComment;


/***/ }),

/***/ 6829:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var stringify = __nccwpck_require__(2148);
var stringifyComment = __nccwpck_require__(9799);

function stringifyDocument(doc, options) {
    const lines = [];
    let hasDirectives = options.directives === true;
    if (options.directives !== false && doc.directives) {
        const dir = doc.directives.toString(doc);
        if (dir) {
            lines.push(dir);
            hasDirectives = true;
        }
        else if (doc.directives.docStart)
            hasDirectives = true;
    }
    if (hasDirectives)
        lines.push('---');
    const ctx = stringify.createStringifyContext(doc, options);
    const { commentString } = ctx.options;
    if (doc.commentBefore) {
        if (lines.length !== 1)
            lines.unshift('');
        const cs = commentString(doc.commentBefore);
        lines.unshift(stringifyComment.indentComment(cs, ''));
    }
    let chompKeep = false;
    let contentComment = null;
    if (doc.contents) {
        if (identity.isNode(doc.contents)) {
            if (doc.contents.spaceBefore && hasDirectives)
                lines.push('');
            if (doc.contents.commentBefore) {
                const cs = commentString(doc.contents.commentBefore);
                lines.push(stringifyComment.indentComment(cs, ''));
            }
            // top-level block scalars need to be indented if followed by a comment
            ctx.forceBlockIndent = !!doc.comment;
            contentComment = doc.contents.comment;
        }
        const onChompKeep = contentComment ? undefined : () => (chompKeep = true);
        let body = stringify.stringify(doc.contents, ctx, () => (contentComment = null), onChompKeep);
        if (contentComment)
            body += stringifyComment.lineComment(body, '', commentString(contentComment));
        if ((body[0] === '|' || body[0] === '>') &&
            lines[lines.length - 1] === '---') {
            // Top-level block scalars with a preceding doc marker ought to use the
            // same line for their header.
            lines[lines.length - 1] = `--- ${body}`;
        }
        else
            lines.push(body);
    }
    else {
        lines.push(stringify.stringify(doc.contents, ctx));
    }
    if (doc.directives?.docEnd) {
        if (doc.comment) {
            const cs = commentString(doc.comment);
            if (cs.includes('\n')) {
                lines.push('...');
                lines.push(stringifyComment.indentComment(cs, ''));
            }
            else {
                lines.push(`... ${cs}`);
            }
        }
        else {
            lines.push('...');
        }
    }
    else {
        let dc = doc.comment;
        if (dc && chompKeep)
            dc = dc.replace(/^\n+/, '');
        if (dc) {
            if ((!chompKeep || contentComment) && lines[lines.length - 1] !== '')
                lines.push('');
            lines.push(stringifyComment.indentComment(commentString(dc), ''));
        }
    }
    return lines.join('\n') + '\n';
}

exports.stringifyDocument = stringifyDocument;


/***/ }),

/***/ 8689:
/***/ ((__unused_webpack_module, exports) => {



function stringifyNumber({ format, minFractionDigits, tag, value }) {
    if (typeof value === 'bigint')
        return String(value);
    const num = typeof value === 'number' ? value : Number(value);
    if (!isFinite(num))
        return isNaN(num) ? '.nan' : num < 0 ? '-.inf' : '.inf';
    let n = Object.is(value, -0) ? '-0' : JSON.stringify(value);
    if (!format &&
        minFractionDigits &&
        (!tag || tag === 'tag:yaml.org,2002:float') &&
        /^-?\d/.test(n) &&
        !n.includes('e')) {
        let i = n.indexOf('.');
        if (i < 0) {
            i = n.length;
            n += '.';
        }
        let d = minFractionDigits - (n.length - i - 1);
        while (d-- > 0)
            n += '0';
    }
    return n;
}

exports.stringifyNumber = stringifyNumber;


/***/ }),

/***/ 9748:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);
var Scalar = __nccwpck_require__(3301);
var stringify = __nccwpck_require__(2148);
var stringifyComment = __nccwpck_require__(9799);

function stringifyPair({ key, value }, ctx, onComment, onChompKeep) {
    const { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx;
    let keyComment = (identity.isNode(key) && key.comment) || null;
    if (simpleKeys) {
        if (keyComment) {
            throw new Error('With simple keys, key nodes cannot have comments');
        }
        if (identity.isCollection(key) || (!identity.isNode(key) && typeof key === 'object')) {
            const msg = 'With simple keys, collection cannot be used as a key value';
            throw new Error(msg);
        }
    }
    let explicitKey = !simpleKeys &&
        (!key ||
            (keyComment && value == null && !ctx.inFlow) ||
            identity.isCollection(key) ||
            (identity.isScalar(key)
                ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL
                : typeof key === 'object'));
    ctx = Object.assign({}, ctx, {
        allNullValues: false,
        implicitKey: !explicitKey && (simpleKeys || !allNullValues),
        indent: indent + indentStep
    });
    let keyCommentDone = false;
    let chompKeep = false;
    let str = stringify.stringify(key, ctx, () => (keyCommentDone = true), () => (chompKeep = true));
    if (!explicitKey && !ctx.inFlow && str.length > 1024) {
        if (simpleKeys)
            throw new Error('With simple keys, single line scalar must not span more than 1024 characters');
        explicitKey = true;
    }
    if (ctx.inFlow) {
        if (allNullValues || value == null) {
            if (keyCommentDone && onComment)
                onComment();
            return str === '' ? '?' : explicitKey ? `? ${str}` : str;
        }
    }
    else if ((allNullValues && !simpleKeys) || (value == null && explicitKey)) {
        str = `? ${str}`;
        if (keyComment && !keyCommentDone) {
            str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
        }
        else if (chompKeep && onChompKeep)
            onChompKeep();
        return str;
    }
    if (keyCommentDone)
        keyComment = null;
    if (explicitKey) {
        if (keyComment)
            str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
        str = `? ${str}\n${indent}:`;
    }
    else {
        str = `${str}:`;
        if (keyComment)
            str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
    }
    let vsb, vcb, valueComment;
    if (identity.isNode(value)) {
        vsb = !!value.spaceBefore;
        vcb = value.commentBefore;
        valueComment = value.comment;
    }
    else {
        vsb = false;
        vcb = null;
        valueComment = null;
        if (value && typeof value === 'object')
            value = doc.createNode(value);
    }
    ctx.implicitKey = false;
    if (!explicitKey && !keyComment && identity.isScalar(value))
        ctx.indentAtStart = str.length + 1;
    chompKeep = false;
    if (!indentSeq &&
        indentStep.length >= 2 &&
        !ctx.inFlow &&
        !explicitKey &&
        identity.isSeq(value) &&
        !value.flow &&
        !value.tag &&
        !value.anchor) {
        // If indentSeq === false, consider '- ' as part of indentation where possible
        ctx.indent = ctx.indent.substring(2);
    }
    let valueCommentDone = false;
    const valueStr = stringify.stringify(value, ctx, () => (valueCommentDone = true), () => (chompKeep = true));
    let ws = ' ';
    if (keyComment || vsb || vcb) {
        ws = vsb ? '\n' : '';
        if (vcb) {
            const cs = commentString(vcb);
            ws += `\n${stringifyComment.indentComment(cs, ctx.indent)}`;
        }
        if (valueStr === '' && !ctx.inFlow) {
            if (ws === '\n' && valueComment)
                ws = '\n\n';
        }
        else {
            ws += `\n${ctx.indent}`;
        }
    }
    else if (!explicitKey && identity.isCollection(value)) {
        const vs0 = valueStr[0];
        const nl0 = valueStr.indexOf('\n');
        const hasNewline = nl0 !== -1;
        const flow = ctx.inFlow ?? value.flow ?? value.items.length === 0;
        if (hasNewline || !flow) {
            let hasPropsLine = false;
            if (hasNewline && (vs0 === '&' || vs0 === '!')) {
                let sp0 = valueStr.indexOf(' ');
                if (vs0 === '&' &&
                    sp0 !== -1 &&
                    sp0 < nl0 &&
                    valueStr[sp0 + 1] === '!') {
                    sp0 = valueStr.indexOf(' ', sp0 + 1);
                }
                if (sp0 === -1 || nl0 < sp0)
                    hasPropsLine = true;
            }
            if (!hasPropsLine)
                ws = `\n${ctx.indent}`;
        }
    }
    else if (valueStr === '' || valueStr[0] === '\n') {
        ws = '';
    }
    str += ws + valueStr;
    if (ctx.inFlow) {
        if (valueCommentDone && onComment)
            onComment();
    }
    else if (valueComment && !valueCommentDone) {
        str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment));
    }
    else if (chompKeep && onChompKeep) {
        onChompKeep();
    }
    return str;
}

exports.stringifyPair = stringifyPair;


/***/ }),

/***/ 3069:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var Scalar = __nccwpck_require__(3301);
var foldFlowLines = __nccwpck_require__(4475);

const getFoldOptions = (ctx, isBlock) => ({
    indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
    lineWidth: ctx.options.lineWidth,
    minContentWidth: ctx.options.minContentWidth
});
// Also checks for lines starting with %, as parsing the output as YAML 1.1 will
// presume that's starting a new document.
const containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
function lineLengthOverLimit(str, lineWidth, indentLength) {
    if (!lineWidth || lineWidth < 0)
        return false;
    const limit = lineWidth - indentLength;
    const strLen = str.length;
    if (strLen <= limit)
        return false;
    for (let i = 0, start = 0; i < strLen; ++i) {
        if (str[i] === '\n') {
            if (i - start > limit)
                return true;
            start = i + 1;
            if (strLen - start <= limit)
                return false;
        }
    }
    return true;
}
function doubleQuotedString(value, ctx) {
    const json = JSON.stringify(value);
    if (ctx.options.doubleQuotedAsJSON)
        return json;
    const { implicitKey } = ctx;
    const minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength;
    const indent = ctx.indent || (containsDocumentMarker(value) ? '  ' : '');
    let str = '';
    let start = 0;
    for (let i = 0, ch = json[i]; ch; ch = json[++i]) {
        if (ch === ' ' && json[i + 1] === '\\' && json[i + 2] === 'n') {
            // space before newline needs to be escaped to not be folded
            str += json.slice(start, i) + '\\ ';
            i += 1;
            start = i;
            ch = '\\';
        }
        if (ch === '\\')
            switch (json[i + 1]) {
                case 'u':
                    {
                        str += json.slice(start, i);
                        const code = json.substr(i + 2, 4);
                        switch (code) {
                            case '0000':
                                str += '\\0';
                                break;
                            case '0007':
                                str += '\\a';
                                break;
                            case '000b':
                                str += '\\v';
                                break;
                            case '001b':
                                str += '\\e';
                                break;
                            case '0085':
                                str += '\\N';
                                break;
                            case '00a0':
                                str += '\\_';
                                break;
                            case '2028':
                                str += '\\L';
                                break;
                            case '2029':
                                str += '\\P';
                                break;
                            default:
                                if (code.substr(0, 2) === '00')
                                    str += '\\x' + code.substr(2);
                                else
                                    str += json.substr(i, 6);
                        }
                        i += 5;
                        start = i + 1;
                    }
                    break;
                case 'n':
                    if (implicitKey ||
                        json[i + 2] === '"' ||
                        json.length < minMultiLineLength) {
                        i += 1;
                    }
                    else {
                        // folding will eat first newline
                        str += json.slice(start, i) + '\n\n';
                        while (json[i + 2] === '\\' &&
                            json[i + 3] === 'n' &&
                            json[i + 4] !== '"') {
                            str += '\n';
                            i += 2;
                        }
                        str += indent;
                        // space after newline needs to be escaped to not be folded
                        if (json[i + 2] === ' ')
                            str += '\\';
                        i += 1;
                        start = i + 1;
                    }
                    break;
                default:
                    i += 1;
            }
    }
    str = start ? str + json.slice(start) : json;
    return implicitKey
        ? str
        : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, false));
}
function singleQuotedString(value, ctx) {
    if (ctx.options.singleQuote === false ||
        (ctx.implicitKey && value.includes('\n')) ||
        /[ \t]\n|\n[ \t]/.test(value) // single quoted string can't have leading or trailing whitespace around newline
    )
        return doubleQuotedString(value, ctx);
    const indent = ctx.indent || (containsDocumentMarker(value) ? '  ' : '');
    const res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&\n${indent}`) + "'";
    return ctx.implicitKey
        ? res
        : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
}
function quotedString(value, ctx) {
    const { singleQuote } = ctx.options;
    let qs;
    if (singleQuote === false)
        qs = doubleQuotedString;
    else {
        const hasDouble = value.includes('"');
        const hasSingle = value.includes("'");
        if (hasDouble && !hasSingle)
            qs = singleQuotedString;
        else if (hasSingle && !hasDouble)
            qs = doubleQuotedString;
        else
            qs = singleQuote ? singleQuotedString : doubleQuotedString;
    }
    return qs(value, ctx);
}
// The negative lookbehind avoids a polynomial search,
// but isn't supported yet on Safari: https://caniuse.com/js-regexp-lookbehind
let blockEndNewlines;
try {
    blockEndNewlines = new RegExp('(^|(?<!\n))\n+(?!\n|$)', 'g');
}
catch {
    blockEndNewlines = /\n+(?!\n|$)/g;
}
function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
    const { blockQuote, commentString, lineWidth } = ctx.options;
    // 1. Block can't end in whitespace unless the last line is non-empty.
    // 2. Strings consisting of only whitespace are best rendered explicitly.
    if (!blockQuote || /\n[\t ]+$/.test(value)) {
        return quotedString(value, ctx);
    }
    const indent = ctx.indent ||
        (ctx.forceBlockIndent || containsDocumentMarker(value) ? '  ' : '');
    const literal = blockQuote === 'literal'
        ? true
        : blockQuote === 'folded' || type === Scalar.Scalar.BLOCK_FOLDED
            ? false
            : type === Scalar.Scalar.BLOCK_LITERAL
                ? true
                : !lineLengthOverLimit(value, lineWidth, indent.length);
    if (!value)
        return literal ? '|\n' : '>\n';
    // determine chomping from whitespace at value end
    let chomp;
    let endStart;
    for (endStart = value.length; endStart > 0; --endStart) {
        const ch = value[endStart - 1];
        if (ch !== '\n' && ch !== '\t' && ch !== ' ')
            break;
    }
    let end = value.substring(endStart);
    const endNlPos = end.indexOf('\n');
    if (endNlPos === -1) {
        chomp = '-'; // strip
    }
    else if (value === end || endNlPos !== end.length - 1) {
        chomp = '+'; // keep
        if (onChompKeep)
            onChompKeep();
    }
    else {
        chomp = ''; // clip
    }
    if (end) {
        value = value.slice(0, -end.length);
        if (end[end.length - 1] === '\n')
            end = end.slice(0, -1);
        end = end.replace(blockEndNewlines, `$&${indent}`);
    }
    // determine indent indicator from whitespace at value start
    let startWithSpace = false;
    let startEnd;
    let startNlPos = -1;
    for (startEnd = 0; startEnd < value.length; ++startEnd) {
        const ch = value[startEnd];
        if (ch === ' ')
            startWithSpace = true;
        else if (ch === '\n')
            startNlPos = startEnd;
        else
            break;
    }
    let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
    if (start) {
        value = value.substring(start.length);
        start = start.replace(/\n+/g, `$&${indent}`);
    }
    const indentSize = indent ? '2' : '1'; // root is at -1
    // Leading | or > is added later
    let header = (startWithSpace ? indentSize : '') + chomp;
    if (comment) {
        header += ' ' + commentString(comment.replace(/ ?[\r\n]+/g, ' '));
        if (onComment)
            onComment();
    }
    if (!literal) {
        const foldedValue = value
            .replace(/\n+/g, '\n$&')
            .replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, '$1$2') // more-indented lines aren't folded
            //                ^ more-ind. ^ empty     ^ capture next empty lines only at end of indent
            .replace(/\n+/g, `$&${indent}`);
        let literalFallback = false;
        const foldOptions = getFoldOptions(ctx, true);
        if (blockQuote !== 'folded' && type !== Scalar.Scalar.BLOCK_FOLDED) {
            foldOptions.onOverflow = () => {
                literalFallback = true;
            };
        }
        const body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
        if (!literalFallback)
            return `>${header}\n${indent}${body}`;
    }
    value = value.replace(/\n+/g, `$&${indent}`);
    return `|${header}\n${indent}${start}${value}${end}`;
}
function plainString(item, ctx, onComment, onChompKeep) {
    const { type, value } = item;
    const { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
    if ((implicitKey && value.includes('\n')) ||
        (inFlow && /[[\]{},]/.test(value))) {
        return quotedString(value, ctx);
    }
    if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value)) {
        // not allowed:
        // - '-' or '?'
        // - start with an indicator character (except [?:-]) or /[?-] /
        // - '\n ', ': ' or ' \n' anywhere
        // - '#' not preceded by a non-space char
        // - end with ' ' or ':'
        return implicitKey || inFlow || !value.includes('\n')
            ? quotedString(value, ctx)
            : blockString(item, ctx, onComment, onChompKeep);
    }
    if (!implicitKey &&
        !inFlow &&
        type !== Scalar.Scalar.PLAIN &&
        value.includes('\n')) {
        // Where allowed & type not set explicitly, prefer block style for multiline strings
        return blockString(item, ctx, onComment, onChompKeep);
    }
    if (containsDocumentMarker(value)) {
        if (indent === '') {
            ctx.forceBlockIndent = true;
            return blockString(item, ctx, onComment, onChompKeep);
        }
        else if (implicitKey && indent === indentStep) {
            return quotedString(value, ctx);
        }
    }
    const str = value.replace(/\n+/g, `$&\n${indent}`);
    // Verify that output will be parsed as a string, as e.g. plain numbers and
    // booleans get parsed with those types in v1.2 (e.g. '42', 'true' & '0.9e-3'),
    // and others in v1.1.
    if (actualString) {
        const test = (tag) => tag.default && tag.tag !== 'tag:yaml.org,2002:str' && tag.test?.test(str);
        const { compat, tags } = ctx.doc.schema;
        if (tags.some(test) || compat?.some(test))
            return quotedString(value, ctx);
    }
    return implicitKey
        ? str
        : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
}
function stringifyString(item, ctx, onComment, onChompKeep) {
    const { implicitKey, inFlow } = ctx;
    const ss = typeof item.value === 'string'
        ? item
        : Object.assign({}, item, { value: String(item.value) });
    let { type } = item;
    if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
        // force double quotes on control characters & unpaired surrogates
        if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value))
            type = Scalar.Scalar.QUOTE_DOUBLE;
    }
    const _stringify = (_type) => {
        switch (_type) {
            case Scalar.Scalar.BLOCK_FOLDED:
            case Scalar.Scalar.BLOCK_LITERAL:
                return implicitKey || inFlow
                    ? quotedString(ss.value, ctx) // blocks are not valid inside flow containers
                    : blockString(ss, ctx, onComment, onChompKeep);
            case Scalar.Scalar.QUOTE_DOUBLE:
                return doubleQuotedString(ss.value, ctx);
            case Scalar.Scalar.QUOTE_SINGLE:
                return singleQuotedString(ss.value, ctx);
            case Scalar.Scalar.PLAIN:
                return plainString(ss, ctx, onComment, onChompKeep);
            default:
                return null;
        }
    };
    let res = _stringify(type);
    if (res === null) {
        const { defaultKeyType, defaultStringType } = ctx.options;
        const t = (implicitKey && defaultKeyType) || defaultStringType;
        res = _stringify(t);
        if (res === null)
            throw new Error(`Unsupported default string type ${t}`);
    }
    return res;
}

exports.stringifyString = stringifyString;


/***/ }),

/***/ 204:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var identity = __nccwpck_require__(1127);

const BREAK = Symbol('break visit');
const SKIP = Symbol('skip children');
const REMOVE = Symbol('remove node');
/**
 * Apply a visitor to an AST node or document.
 *
 * Walks through the tree (depth-first) starting from `node`, calling a
 * `visitor` function with three arguments:
 *   - `key`: For sequence values and map `Pair`, the node's index in the
 *     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
 *     `null` for the root node.
 *   - `node`: The current node.
 *   - `path`: The ancestry of the current node.
 *
 * The return value of the visitor may be used to control the traversal:
 *   - `undefined` (default): Do nothing and continue
 *   - `visit.SKIP`: Do not visit the children of this node, continue with next
 *     sibling
 *   - `visit.BREAK`: Terminate traversal completely
 *   - `visit.REMOVE`: Remove the current node, then continue with the next one
 *   - `Node`: Replace the current node, then continue by visiting it
 *   - `number`: While iterating the items of a sequence or map, set the index
 *     of the next step. This is useful especially if the index of the current
 *     node has changed.
 *
 * If `visitor` is a single function, it will be called with all values
 * encountered in the tree, including e.g. `null` values. Alternatively,
 * separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
 * `Alias` and `Scalar` node. To define the same visitor function for more than
 * one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
 * and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
 * specific defined one will be used for each node.
 */
function visit(node, visitor) {
    const visitor_ = initVisitor(visitor);
    if (identity.isDocument(node)) {
        const cd = visit_(null, node.contents, visitor_, Object.freeze([node]));
        if (cd === REMOVE)
            node.contents = null;
    }
    else
        visit_(null, node, visitor_, Object.freeze([]));
}
// Without the `as symbol` casts, TS declares these in the `visit`
// namespace using `var`, but then complains about that because
// `unique symbol` must be `const`.
/** Terminate visit traversal completely */
visit.BREAK = BREAK;
/** Do not visit the children of the current node */
visit.SKIP = SKIP;
/** Remove the current node */
visit.REMOVE = REMOVE;
function visit_(key, node, visitor, path) {
    const ctrl = callVisitor(key, node, visitor, path);
    if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
        replaceNode(key, path, ctrl);
        return visit_(key, ctrl, visitor, path);
    }
    if (typeof ctrl !== 'symbol') {
        if (identity.isCollection(node)) {
            path = Object.freeze(path.concat(node));
            for (let i = 0; i < node.items.length; ++i) {
                const ci = visit_(i, node.items[i], visitor, path);
                if (typeof ci === 'number')
                    i = ci - 1;
                else if (ci === BREAK)
                    return BREAK;
                else if (ci === REMOVE) {
                    node.items.splice(i, 1);
                    i -= 1;
                }
            }
        }
        else if (identity.isPair(node)) {
            path = Object.freeze(path.concat(node));
            const ck = visit_('key', node.key, visitor, path);
            if (ck === BREAK)
                return BREAK;
            else if (ck === REMOVE)
                node.key = null;
            const cv = visit_('value', node.value, visitor, path);
            if (cv === BREAK)
                return BREAK;
            else if (cv === REMOVE)
                node.value = null;
        }
    }
    return ctrl;
}
/**
 * Apply an async visitor to an AST node or document.
 *
 * Walks through the tree (depth-first) starting from `node`, calling a
 * `visitor` function with three arguments:
 *   - `key`: For sequence values and map `Pair`, the node's index in the
 *     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
 *     `null` for the root node.
 *   - `node`: The current node.
 *   - `path`: The ancestry of the current node.
 *
 * The return value of the visitor may be used to control the traversal:
 *   - `Promise`: Must resolve to one of the following values
 *   - `undefined` (default): Do nothing and continue
 *   - `visit.SKIP`: Do not visit the children of this node, continue with next
 *     sibling
 *   - `visit.BREAK`: Terminate traversal completely
 *   - `visit.REMOVE`: Remove the current node, then continue with the next one
 *   - `Node`: Replace the current node, then continue by visiting it
 *   - `number`: While iterating the items of a sequence or map, set the index
 *     of the next step. This is useful especially if the index of the current
 *     node has changed.
 *
 * If `visitor` is a single function, it will be called with all values
 * encountered in the tree, including e.g. `null` values. Alternatively,
 * separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
 * `Alias` and `Scalar` node. To define the same visitor function for more than
 * one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
 * and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
 * specific defined one will be used for each node.
 */
async function visitAsync(node, visitor) {
    const visitor_ = initVisitor(visitor);
    if (identity.isDocument(node)) {
        const cd = await visitAsync_(null, node.contents, visitor_, Object.freeze([node]));
        if (cd === REMOVE)
            node.contents = null;
    }
    else
        await visitAsync_(null, node, visitor_, Object.freeze([]));
}
// Without the `as symbol` casts, TS declares these in the `visit`
// namespace using `var`, but then complains about that because
// `unique symbol` must be `const`.
/** Terminate visit traversal completely */
visitAsync.BREAK = BREAK;
/** Do not visit the children of the current node */
visitAsync.SKIP = SKIP;
/** Remove the current node */
visitAsync.REMOVE = REMOVE;
async function visitAsync_(key, node, visitor, path) {
    const ctrl = await callVisitor(key, node, visitor, path);
    if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
        replaceNode(key, path, ctrl);
        return visitAsync_(key, ctrl, visitor, path);
    }
    if (typeof ctrl !== 'symbol') {
        if (identity.isCollection(node)) {
            path = Object.freeze(path.concat(node));
            for (let i = 0; i < node.items.length; ++i) {
                const ci = await visitAsync_(i, node.items[i], visitor, path);
                if (typeof ci === 'number')
                    i = ci - 1;
                else if (ci === BREAK)
                    return BREAK;
                else if (ci === REMOVE) {
                    node.items.splice(i, 1);
                    i -= 1;
                }
            }
        }
        else if (identity.isPair(node)) {
            path = Object.freeze(path.concat(node));
            const ck = await visitAsync_('key', node.key, visitor, path);
            if (ck === BREAK)
                return BREAK;
            else if (ck === REMOVE)
                node.key = null;
            const cv = await visitAsync_('value', node.value, visitor, path);
            if (cv === BREAK)
                return BREAK;
            else if (cv === REMOVE)
                node.value = null;
        }
    }
    return ctrl;
}
function initVisitor(visitor) {
    if (typeof visitor === 'object' &&
        (visitor.Collection || visitor.Node || visitor.Value)) {
        return Object.assign({
            Alias: visitor.Node,
            Map: visitor.Node,
            Scalar: visitor.Node,
            Seq: visitor.Node
        }, visitor.Value && {
            Map: visitor.Value,
            Scalar: visitor.Value,
            Seq: visitor.Value
        }, visitor.Collection && {
            Map: visitor.Collection,
            Seq: visitor.Collection
        }, visitor);
    }
    return visitor;
}
function callVisitor(key, node, visitor, path) {
    if (typeof visitor === 'function')
        return visitor(key, node, path);
    if (identity.isMap(node))
        return visitor.Map?.(key, node, path);
    if (identity.isSeq(node))
        return visitor.Seq?.(key, node, path);
    if (identity.isPair(node))
        return visitor.Pair?.(key, node, path);
    if (identity.isScalar(node))
        return visitor.Scalar?.(key, node, path);
    if (identity.isAlias(node))
        return visitor.Alias?.(key, node, path);
    return undefined;
}
function replaceNode(key, path, node) {
    const parent = path[path.length - 1];
    if (identity.isCollection(parent)) {
        parent.items[key] = node;
    }
    else if (identity.isPair(parent)) {
        if (key === 'key')
            parent.key = node;
        else
            parent.value = node;
    }
    else if (identity.isDocument(parent)) {
        parent.contents = node;
    }
    else {
        const pt = identity.isAlias(parent) ? 'alias' : 'scalar';
        throw new Error(`Cannot replace node with ${pt} parent`);
    }
}

exports.visit = visit;
exports.visitAsync = visitAsync;


/***/ }),

/***/ 5845:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_url__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3136);
/* harmony import */ var _demo_scenes_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7600);




const here = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)((0,node_url__WEBPACK_IMPORTED_MODULE_2__.fileURLToPath)(import.meta.url));
const entry = [(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(here, '..', 'index.js'), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(here, '..', '..', 'dist', 'index.js')].find((path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path));
if (entry === undefined) {
    console.error('The bundle dist/index.js is missing. Build it with: npm run build');
    process.exitCode = 1;
}
else {
    process.exitCode = await (0,_demo_scenes_js__WEBPACK_IMPORTED_MODULE_3__/* .playScenes */ .g)(entry);
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 7600:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  g: () => (/* binding */ playScenes)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
;// CONCATENATED MODULE: ./build/sandbox/github/refusal.js
/** An answer that is not what was asked for, in GitHub's shape. */
class ApiRefusal extends Error {
    status;
    errors;
    name = 'ApiRefusal';
    constructor(status, message, errors) {
        super(message);
        this.status = status;
        this.errors = errors;
    }
    /** The body as GitHub writes it; the status is there as text. */
    body() {
        return {
            message: this.message,
            ...(this.errors === undefined ? {} : { errors: this.errors }),
            documentation_url: 'https://docs.github.com/rest',
            status: String(this.status),
        };
    }
}
function notFound() {
    return new ApiRefusal(404, 'Not Found');
}
/** What a token without the permission gets, on reads and writes alike. */
function notAccessible() {
    return new ApiRefusal(403, 'Resource not accessible by integration');
}
/** 422 with one entry. */
function invalid(resource, field, code, message) {
    const error = { resource, field, code, ...(message === undefined ? {} : { message }) };
    return new ApiRefusal(422, 'Validation Failed', [error]);
}

;// CONCATENATED MODULE: ./build/sandbox/github/answers.js


/** Requests an hour of one token, counted as GitHub counts. */
class HourlyLimit {
    limit;
    used = 0;
    resetsAt;
    /** @param limit `null`: no limit and no headers, as on an Enterprise Server */
    constructor(limit, now) {
        this.limit = limit;
        this.resetsAt = Math.floor(now / 1000) + 3600;
    }
    /** Counts one request; refuses when none is left. */
    count() {
        if (this.limit === null)
            return;
        if (this.used >= this.limit)
            throw new ApiRefusal(403, 'API rate limit exceeded for installation.');
        this.used += 1;
    }
    headers() {
        if (this.limit === null)
            return {};
        return {
            'x-ratelimit-limit': String(this.limit),
            'x-ratelimit-remaining': String(this.limit - this.used),
            'x-ratelimit-reset': String(this.resetsAt),
            'x-ratelimit-resource': 'core',
            'x-ratelimit-used': String(this.used),
        };
    }
}
/** Sends an answer as JSON. */
function send(response, answer, headers) {
    const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
    response.writeHead(answer.status, {
        ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        'x-github-request-id': (0,external_node_crypto_namespaceObject.randomUUID)().slice(0, 18).toUpperCase(),
        'x-github-media-type': 'github.v3; format=json',
        ...headers,
        ...answer.headers,
    });
    response.end(body);
}
/** The answer of a fault that does answer. */
function faultyAnswer(fault, now) {
    if (fault.html !== undefined) {
        return {
            status: fault.html,
            html: '<html><head><title>Unicorn!</title></head><body>No server is currently available.</body></html>',
        };
    }
    if (fault.rateLimit !== undefined)
        return rateLimitAnswer(fault.rateLimit, fault.retryAfter ?? 1, now);
    const refusal = new ApiRefusal(fault.status ?? 500, fault.message ?? 'Server Error');
    return { status: refusal.status, body: refusal.body(), headers: fault.headers ?? {} };
}
function rateLimitAnswer(kind, seconds, now) {
    if (kind === 'primary') {
        const refusal = new ApiRefusal(403, 'API rate limit exceeded for installation.');
        const reset = String(Math.ceil(now / 1000) + seconds);
        return { status: 403, body: refusal.body(), headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } };
    }
    const refusal = new ApiRefusal(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.');
    return { status: 403, body: refusal.body(), headers: { 'retry-after': String(seconds) } };
}

;// CONCATENATED MODULE: ./build/sandbox/github/fault-queue.js
/** Faults in waiting. The first one that matches a request and is due takes it. */
class WaitingFaults {
    waiting = [];
    add(fault) {
        const path = typeof fault.path === 'string' ? templateExpression(fault.path) : fault.path;
        this.waiting.push({
            fault,
            matches: (method, asked) => (fault.method ?? method) === method && path.test(asked),
            skip: (fault.nth ?? 1) - 1,
            left: fault.times ?? 1,
        });
    }
    pending() {
        return this.waiting.length;
    }
    /** Takes the fault that is due for a request, if any. */
    take(method, path) {
        let due = null;
        for (const entry of this.waiting) {
            if (!entry.matches(method, path))
                continue;
            if (entry.skip > 0) {
                entry.skip -= 1;
            }
            else if (due === null) {
                due = entry.fault;
                entry.left -= 1;
            }
        }
        this.waiting.splice(0, this.waiting.length, ...this.waiting.filter((entry) => entry.left > 0));
        return due;
    }
}
/** `/repos/{owner}/{repo}/issues` as an expression over whole paths, each parameter a group of its own name. */
function templateExpression(template) {
    const source = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    return new RegExp(`^${source}$`);
}

;// CONCATENATED MODULE: ./build/sandbox/github/state.js
/** The account that a workflow's own token writes as. */
const BOT = 'github-actions[bot]';
/** Everything that the stand-in knows. Tests may read all of it, and change what GitHub's users could change. */
class GitHubState {
    repository;
    headSha;
    issuesDisabled;
    comments = [];
    issues = new Map();
    pulls = new Map();
    deployments = [];
    runs = new Map();
    commits = new Set();
    /** Branch to head commit. */
    branches = new Map();
    /** Commit to the contexts of checks that have not succeeded; the job's own check is one of them. */
    pendingChecks = new Map();
    lastId = 1_000_000;
    now;
    constructor(options) {
        this.repository = options.repository ?? 'acme/models';
        this.headSha = options.headSha ?? '0123456789abcdef0123456789abcdef01234567';
        this.issuesDisabled = options.issuesDisabled ?? false;
        this.now = options.now ?? Date.now;
        this.branches.set('main', this.headSha);
        this.commits.add(this.headSha);
    }
    nextId() {
        this.lastId += 1;
        return this.lastId;
    }
    /** GitHub's times have no fractions of a second. */
    timestamp() {
        return new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    }
    /** The commit that a branch, tag or SHA names; `null` when there is none. */
    resolve(ref) {
        if (this.commits.has(ref))
            return ref;
        return this.branches.get(ref.replace(/^refs\/heads\//, '')) ?? null;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/github/representations/links.js
/** Addresses of one server, for the API and for people. */
class Links {
    apiUrl;
    serverUrl;
    constructor(
    /** Without a slash at the end. */
    apiUrl, serverUrl) {
        this.apiUrl = apiUrl;
        this.serverUrl = serverUrl;
    }
    api(path) {
        return `${this.apiUrl}${path}`;
    }
    html(path) {
        return `${this.serverUrl}${path}`;
    }
    /** GitHub's GraphQL ids are opaque; the stand-in's are readable. */
    node(kind, id) {
        return `${kind}_${id}`;
    }
}
/** A number that stays the same for the same text, for ids of accounts and repositories. */
function stableId(text) {
    let hash = 7;
    for (const character of text)
        hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_000_007;
    return hash;
}

;// CONCATENATED MODULE: ./build/sandbox/github/representations/account.js


/** The id that GitHub Actions' own bot has everywhere. */
const BOT_ID = 41_898_282;
const APP_ID = 15_368;
const SUFFIXES = {
    followers_url: '/followers',
    following_url: '/following{/other_user}',
    gists_url: '/gists{/gist_id}',
    starred_url: '/starred{/owner}{/repo}',
    subscriptions_url: '/subscriptions',
    organizations_url: '/orgs',
    repos_url: '/repos',
    events_url: '/events{/privacy}',
    received_events_url: '/received_events',
};
/** `simple-user` of GitHub's description. */
function accountJson(login, links) {
    const url = links.api(`/users/${encodeURIComponent(login)}`);
    const id = login === BOT ? BOT_ID : stableId(login);
    return {
        login,
        id,
        node_id: links.node('U', id),
        avatar_url: links.html(`/avatars/${id}`),
        gravatar_id: '',
        url,
        html_url: links.html(login.endsWith('[bot]') ? `/apps/${login.slice(0, -5)}` : `/${login}`),
        ...Object.fromEntries(Object.entries(SUFFIXES).map(([name, suffix]) => [name, url + suffix])),
        type: login.endsWith('[bot]') ? 'Bot' : 'User',
        user_view_type: 'public',
        site_admin: false,
    };
}
/** The app behind the bot (`integration`), or `null` for what people write. */
function appJson(author, links) {
    if (author !== BOT)
        return null;
    return {
        id: APP_ID,
        client_id: 'Iv1.05c79e9ad1f6bdfa',
        slug: 'github-actions',
        node_id: links.node('A', APP_ID),
        owner: accountJson('github', links),
        name: 'GitHub Actions',
        description: 'Automate your workflow from idea to production',
        external_url: 'https://help.github.com/en/actions',
        html_url: links.html('/apps/github-actions'),
        created_at: '2018-07-30T09:30:17Z',
        updated_at: '2024-01-01T00:00:00Z',
        permissions: { contents: 'write', issues: 'write', metadata: 'read' },
        events: ['workflow_dispatch'],
    };
}

;// CONCATENATED MODULE: ./build/sandbox/github/representations/repository.js


const repository_SUFFIXES = {
    archive_url: '/{archive_format}{/ref}',
    assignees_url: '/assignees{/user}',
    blobs_url: '/git/blobs{/sha}',
    branches_url: '/branches{/branch}',
    collaborators_url: '/collaborators{/collaborator}',
    comments_url: '/comments{/number}',
    commits_url: '/commits{/sha}',
    compare_url: '/compare/{base}...{head}',
    contents_url: '/contents/{+path}',
    contributors_url: '/contributors',
    deployments_url: '/deployments',
    downloads_url: '/downloads',
    events_url: '/events',
    forks_url: '/forks',
    git_commits_url: '/git/commits{/sha}',
    git_refs_url: '/git/refs{/sha}',
    git_tags_url: '/git/tags{/sha}',
    hooks_url: '/hooks',
    issue_comment_url: '/issues/comments{/number}',
    issue_events_url: '/issues/events{/number}',
    issues_url: '/issues{/number}',
    keys_url: '/keys{/key_id}',
    labels_url: '/labels{/name}',
    languages_url: '/languages',
    merges_url: '/merges',
    milestones_url: '/milestones{/number}',
    notifications_url: '/notifications{?since,all,participating}',
    pulls_url: '/pulls{/number}',
    releases_url: '/releases{/id}',
    stargazers_url: '/stargazers',
    statuses_url: '/statuses/{sha}',
    subscribers_url: '/subscribers',
    subscription_url: '/subscription',
    tags_url: '/tags',
    teams_url: '/teams',
    trees_url: '/git/trees{/sha}',
};
/** GitHub's links of later pages name the repository by this number. */
function repositoryId(repository) {
    return stableId(repository);
}
/** `minimal-repository` of GitHub's description, the base of the fuller ones. */
function minimalRepositoryJson(repository, links) {
    const [owner = '', name = ''] = repository.split('/');
    const url = links.api(`/repos/${repository}`);
    const id = repositoryId(repository);
    return {
        id,
        node_id: links.node('R', id),
        name,
        full_name: repository,
        private: true,
        owner: { ...accountJson(owner, links), type: 'Organization' },
        html_url: links.html(`/${repository}`),
        description: 'Models and how they are promoted',
        fork: false,
        url,
        ...Object.fromEntries(Object.entries(repository_SUFFIXES).map(([field, suffix]) => [field, url + suffix])),
    };
}
/** `repository`: what a pull request holds of its head and base. */
function repositoryJson(repository, links) {
    return {
        ...minimalRepositoryJson(repository, links),
        ...cloneUrls(repository, links),
        ...SETTINGS,
        ...COUNTS,
        has_downloads: true,
    };
}
/** `full-repository`: the repository's own page in the API. */
function fullRepositoryJson(repository, links, hasIssues) {
    return {
        ...repositoryJson(repository, links),
        has_issues: hasIssues,
        has_discussions: false,
        network_count: 0,
        subscribers_count: 3,
    };
}
function cloneUrls(repository, links) {
    const html = links.html(`/${repository}`);
    return {
        clone_url: `${html}.git`,
        git_url: `${html.replace(/^https?:/, 'git:')}.git`,
        ssh_url: `git@github.com:${repository}.git`,
        svn_url: html,
        mirror_url: null,
        homepage: null,
    };
}
const SETTINGS = {
    default_branch: 'main',
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    archived: false,
    disabled: false,
    visibility: 'private',
    language: 'Python',
    license: null,
    allow_forking: true,
    is_template: false,
    topics: [],
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2026-01-05T10:00:00Z',
    pushed_at: '2026-01-05T10:00:00Z',
};
const COUNTS = {
    forks: 0,
    forks_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    size: 128,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
};

;// CONCATENATED MODULE: ./build/sandbox/github/identity.js


/** GitHub's issuer of identity tokens; an Enterprise Server has its own. */
const ISSUER = 'https://token.actions.githubusercontent.com';
/** Seconds that an identity token is valid. */
const LIFETIME = 300;
/**
 * An unsecured JWT (RFC 7519, section 6: `alg` none and an empty signature) with the claims that GitHub's identity
 * tokens carry. Whoever accepts it accepts anything; it is for stand-ins on loopback.
 */
function identityToken(request) {
    const owner = request.repository.split('/')[0] ?? '';
    const issuedAt = Math.floor(request.now / 1000);
    const claims = {
        jti: (0,external_node_crypto_namespaceObject.randomUUID)(),
        iss: request.enterpriseUrl === null ? ISSUER : `${request.enterpriseUrl}/_services/token`,
        sub: request.subject,
        aud: request.audience ?? `${request.enterpriseUrl ?? 'https://github.com'}/${owner}`,
        iat: issuedAt,
        nbf: issuedAt,
        exp: issuedAt + LIFETIME,
        repository: request.repository,
        repository_owner: owner,
        repository_id: String(repositoryId(request.repository)),
        repository_visibility: 'private',
        sha: request.sha,
        ref: 'refs/heads/main',
        ref_type: 'branch',
        actor: 'octocat',
        event_name: 'push',
        workflow: 'Promote',
        job_workflow_ref: `${request.repository}/.github/workflows/promote.yml@refs/heads/main`,
        run_id: '9000000001',
        run_attempt: '1',
        runner_environment: 'github-hosted',
        ...request.claims,
    };
    return `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.`;
}
function encode(value) {
    return Buffer.from(JSON.stringify(value)).toString('base64url');
}

;// CONCATENATED MODULE: ./build/sandbox/github/permissions.js

/** The `permissions:` of the documented workflow. */
const DEFAULT_PERMISSIONS = {
    actions: 'read',
    contents: 'read',
    deployments: 'write',
    'id-token': 'write',
    issues: 'write',
    'pull-requests': 'write',
};
/** The token of a pull request from a fork, whatever the workflow asks for. */
const FORK_PERMISSIONS = {
    actions: 'read',
    contents: 'read',
    deployments: 'read',
    issues: 'read',
    'pull-requests': 'read',
};
const RANK = { none: 0, read: 1, write: 2 };
function isAllowed(permissions, scope, access) {
    return RANK[permissions[scope] ?? 'none'] >= RANK[access];
}
/**
 * Refuses unless the token has one of the scopes.
 * @throws ApiRefusal 403, "Resource not accessible by integration"
 */
function requireAny(permissions, scopes, access) {
    if (!scopes.some((scope) => isAllowed(permissions, scope, access)))
        throw notAccessible();
}

;// CONCATENATED MODULE: ./build/sandbox/github/request-log.js
/** What was asked, what nothing serves, and what departs from the published description. */
class RequestLog {
    requests = [];
    unrouted = [];
    violations = [];
    watchers = [];
    add(request) {
        this.requests.push(request);
        const { method, path } = request;
        for (const watcher of this.watchers.filter((entry) => entry.method === method && entry.path.test(path))) {
            this.watchers.splice(this.watchers.indexOf(watcher), 1);
            watcher.resolve(request);
        }
    }
    /** Resolves with the next request that matches. */
    seen(method, path) {
        return new Promise((resolve) => {
            this.watchers.push({ method, path, resolve });
        });
    }
    /**
     * Makes a test fail that asked for something nobody serves.
     * @param routes the operations that are served
     * @throws Error with the log of requests and the routes
     */
    verify(routes) {
        const faults = [...this.unrouted.map((request) => `No route serves ${request}`), ...this.violations];
        if (faults.length === 0)
            return;
        const asked = this.requests.map(({ method, path, outcome }) => `  ${method} ${path} -> ${outcome}`);
        const served = routes.map((route) => `  ${route}`);
        throw new Error([...faults, 'Requests:', ...asked, 'Routes:', ...served].join('\n'));
    }
}

;// CONCATENATED MODULE: ./build/sandbox/github/pagination.js
/** GitHub's page sizes. */
const DEFAULT_PER_PAGE = 30;
const MOST_PER_PAGE = 100;
/**
 * Cuts one page out of a list, as `per_page` and `page` ask for; out-of-range values are replaced as GitHub does.
 * @param url the address that was asked, in the form that GitHub's links have (`/repositories/<id>/…`)
 */
function pageOf(items, query, url) {
    const asked = positive(query.get('per_page')) ?? DEFAULT_PER_PAGE;
    const perPage = Math.min(asked, MOST_PER_PAGE);
    const page = positive(query.get('page')) ?? 1;
    const last = Math.max(1, Math.ceil(items.length / perPage));
    return { items: items.slice((page - 1) * perPage, page * perPage), link: linkHeader(url, query, page, last) };
}
function linkHeader(url, query, page, last) {
    if (last === 1)
        return null;
    const at = (number, rel) => {
        const parameters = new URLSearchParams(query);
        parameters.set('page', String(number));
        return `<${url}?${parameters}>; rel="${rel}"`;
    };
    const before = page > 1 ? [at(page - 1, 'prev'), at(1, 'first')] : [];
    const after = page < last ? [at(page + 1, 'next'), at(last, 'last')] : [];
    return [...before, ...after].join(', ');
}
function positive(text) {
    const number = Number(text ?? '');
    return Number.isInteger(number) && number > 0 ? number : null;
}

;// CONCATENATED MODULE: ./build/sandbox/github/router.js




/** A request on its way to a route. */
class Call {
    state;
    links;
    permissions;
    query;
    body;
    parameters;
    linkUrl;
    constructor(state, links, permissions, query, body, parameters, linkUrl) {
        this.state = state;
        this.links = links;
        this.permissions = permissions;
        this.query = query;
        this.body = body;
        this.parameters = parameters;
        this.linkUrl = linkUrl;
    }
    /** Refuses unless the token has one of the scopes. */
    require(access, ...scopes) {
        requireAny(this.permissions, scopes, access);
    }
    parameter(name) {
        const value = this.parameters[name];
        if (value === undefined)
            throw new Error(`The route has no parameter '${name}'.`);
        return decodeURIComponent(value);
    }
    /** A numeric path parameter; anything else does not exist. */
    number(name) {
        const text = this.parameter(name);
        if (!/^\d+$/.test(text))
            throw notFound();
        return Number(text);
    }
    /** A string of the body, or `null` when it is absent or null. */
    text(name, resource) {
        const value = this.body[name] ?? null;
        if (value !== null && typeof value !== 'string')
            throw invalid(resource, name, 'invalid', `${name} is not a string`);
        return value;
    }
    /** Answers one page of a list, each item rendered. */
    list(items, render) {
        const page = pageOf(items, this.query, this.linkUrl);
        const headers = page.link === null ? {} : { link: page.link };
        return { status: 200, body: page.items.map(render), headers };
    }
}
/** Finds the route of a request. */
class Router {
    entries;
    constructor(routes) {
        this.entries = routes.map((route) => {
            const [method = '', template = ''] = route.operation.split(' ');
            return { route, method, path: templateExpression(template) };
        });
    }
    find(method, path) {
        for (const entry of this.entries) {
            const found = entry.method === method ? entry.path.exec(path) : null;
            if (found !== null)
                return { route: entry.route, parameters: { ...found.groups } };
        }
        return null;
    }
    operations() {
        return this.entries.map(({ route }) => route.operation);
    }
}
/** Reads a JSON object; GitHub answers 400 for anything else. */
function parseBody(text) {
    if (text === '')
        return {};
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        throw new ApiRefusal(400, 'Problems parsing JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new ApiRefusal(400, 'Body should be a JSON object');
    }
    return { ...value };
}

;// CONCATENATED MODULE: ./build/sandbox/github/representations/issue.js


/** `issue-comment` of GitHub's description. */
function commentJson(comment, state, links) {
    const repository = `/repos/${state.repository}`;
    const kind = state.issues.get(comment.issue)?.isPull === true ? 'pull' : 'issues';
    const app = appJson(comment.author, links);
    return {
        id: comment.id,
        node_id: links.node('IC', comment.id),
        url: links.api(`${repository}/issues/comments/${comment.id}`),
        html_url: links.html(`/${state.repository}/${kind}/${comment.issue}#issuecomment-${comment.id}`),
        issue_url: links.api(`${repository}/issues/${comment.issue}`),
        body: comment.body,
        user: accountJson(comment.author, links),
        created_at: comment.createdAt,
        updated_at: comment.updatedAt,
        author_association: app === null ? 'MEMBER' : 'NONE',
        performed_via_github_app: app,
        reactions: reactionsJson(links.api(`${repository}/issues/comments/${comment.id}/reactions`)),
    };
}
/** `issue` of GitHub's description; a pull request shows here with a link to itself. */
function issueJson(issue, state, links) {
    const repository = links.api(`/repos/${state.repository}`);
    const url = `${repository}/issues/${issue.number}`;
    const html = links.html(`/${state.repository}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`);
    return {
        id: stableId(`${state.repository}#${issue.number}`),
        node_id: links.node('I', issue.number),
        number: issue.number,
        url,
        repository_url: repository,
        labels_url: `${url}/labels{/name}`,
        comments_url: `${url}/comments`,
        events_url: `${url}/events`,
        html_url: html,
        title: issue.title,
        body: issue.body,
        state: issue.state,
        state_reason: issue.stateReason,
        locked: issue.locked,
        active_lock_reason: null,
        labels: issue.labels.map((name) => labelJson(name, repository)),
        user: accountJson(issue.author, links),
        assignee: null,
        assignees: [],
        milestone: null,
        comments: state.comments.filter((comment) => comment.issue === issue.number).length,
        created_at: issue.createdAt,
        updated_at: issue.updatedAt,
        closed_at: issue.closedAt,
        author_association: 'MEMBER',
        performed_via_github_app: appJson(issue.author, links),
        reactions: reactionsJson(`${url}/reactions`),
        ...(issue.isPull ? { pull_request: pullLinks(issue, state, links, html) } : {}),
    };
}
/** `label`, made by whoever names it first. */
function labelJson(name, repositoryUrl) {
    const id = stableId(name);
    return {
        id,
        node_id: `LA_${id}`,
        url: `${repositoryUrl}/labels/${encodeURIComponent(name)}`,
        name,
        description: null,
        color: 'ededed',
        default: false,
    };
}
function pullLinks(issue, state, links, html) {
    return {
        url: links.api(`/repos/${state.repository}/pulls/${issue.number}`),
        html_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        merged_at: state.pulls.get(issue.number)?.merged === true ? issue.closedAt : null,
    };
}
function reactionsJson(url) {
    return { url, total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
}

;// CONCATENATED MODULE: ./build/sandbox/github/routes/comments.js



/** Longest body in UTF-16 units; more is answered 422. */
const LONGEST_BODY = 65_536;
/** Comments of issues and of pull requests' conversations. */
const commentRoutes = [
    {
        operation: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
        handle: (call) => {
            const issue = issueOf(call, 'read');
            const comments = call.state.comments.filter((comment) => comment.issue === issue.number);
            return call.list(comments, (comment) => commentJson(comment, call.state, call.links));
        },
    },
    { operation: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', handle: create },
    {
        operation: 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
        handle: (call) => ({ status: 200, body: commentJson(commentOf(call, 'read'), call.state, call.links) }),
    },
    {
        operation: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
        handle: (call) => {
            const comment = commentOf(call, 'write');
            comment.body = bodyOf(call);
            comment.updatedAt = call.state.timestamp();
            return { status: 200, body: commentJson(comment, call.state, call.links) };
        },
    },
    {
        operation: 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
        handle: (call) => {
            const { comments } = call.state;
            comments.splice(comments.indexOf(commentOf(call, 'write')), 1);
            return { status: 204 };
        },
    },
];
function create(call) {
    const issue = issueOf(call, 'write');
    if (issue.locked)
        throw new ApiRefusal(403, 'Unable to create comment because issue is locked.');
    const at = call.state.timestamp();
    const comment = {
        id: call.state.nextId(),
        issue: issue.number,
        author: BOT,
        body: bodyOf(call),
        createdAt: at,
        updatedAt: at,
    };
    call.state.comments.push(comment);
    return { status: 201, body: commentJson(comment, call.state, call.links) };
}
function issueOf(call, access) {
    const issue = call.state.issues.get(call.number('issue_number'));
    requireFor(call, issue, access);
    if (issue === undefined)
        throw notFound();
    if (issue.deleted)
        throw new ApiRefusal(410, 'This issue was deleted');
    return issue;
}
function commentOf(call, access) {
    const id = call.number('comment_id');
    const comment = call.state.comments.find((candidate) => candidate.id === id);
    requireFor(call, comment === undefined ? undefined : call.state.issues.get(comment.issue), access);
    if (comment === undefined)
        throw notFound();
    return comment;
}
/** `pull-requests` serves for the conversation of a pull request, `issues` for both. */
function requireFor(call, issue, access) {
    if (issue?.isPull === false)
        call.require(access, 'issues');
    else
        call.require(access, 'issues', 'pull-requests');
}
function bodyOf(call) {
    const body = call.text('body', 'IssueComment');
    if (body === null)
        throw invalid('IssueComment', 'body', 'missing_field');
    if (body.trim() === '')
        throw invalid('IssueComment', 'data', 'unprocessable', 'Body cannot be blank');
    if (body.length > LONGEST_BODY) {
        throw invalid('IssueComment', 'data', 'unprocessable', `Body is too long (maximum is ${LONGEST_BODY} characters)`);
    }
    return body;
}

;// CONCATENATED MODULE: ./build/sandbox/github/representations/deployment.js


/** `deployment` of GitHub's description. */
function deploymentJson(deployment, state, links) {
    const url = deploymentUrl(deployment, state, links);
    return {
        id: deployment.id,
        node_id: links.node('DE', deployment.id),
        url,
        sha: deployment.sha,
        ref: deployment.ref,
        task: deployment.task,
        payload: deployment.payload,
        original_environment: deployment.environment,
        environment: deployment.environment,
        description: deployment.description,
        creator: accountJson(BOT, links),
        created_at: deployment.createdAt,
        updated_at: deployment.updatedAt,
        statuses_url: `${url}/statuses`,
        repository_url: links.api(`/repos/${state.repository}`),
        transient_environment: deployment.transient,
        production_environment: deployment.production,
        performed_via_github_app: appJson(BOT, links),
    };
}
/** `deployment-status` of GitHub's description. */
function statusJson(status, deployment, state, links) {
    const url = deploymentUrl(deployment, state, links);
    return {
        id: status.id,
        node_id: links.node('DES', status.id),
        url: `${url}/statuses/${status.id}`,
        state: status.state,
        creator: accountJson(BOT, links),
        description: status.description,
        environment: status.environment,
        target_url: status.targetUrl,
        log_url: status.logUrl,
        environment_url: status.environmentUrl,
        created_at: status.createdAt,
        updated_at: status.createdAt,
        deployment_url: url,
        repository_url: links.api(`/repos/${state.repository}`),
        performed_via_github_app: appJson(BOT, links),
    };
}
function deploymentUrl(deployment, state, links) {
    return links.api(`/repos/${state.repository}/deployments/${deployment.id}`);
}

;// CONCATENATED MODULE: ./build/sandbox/github/routes/deployments.js


/** Longest description of a deployment's status. */
const LONGEST_DESCRIPTION = 140;
const STATES = new Set([
    'error',
    'failure',
    'inactive',
    'in_progress',
    'queued',
    'pending',
    'success',
]);
const FILTERS = ['sha', 'ref', 'task', 'environment'];
/** Deployments and their statuses, with the defaults that hurt. */
const deploymentRoutes = [
    { operation: 'GET /repos/{owner}/{repo}/deployments', handle: list },
    { operation: 'POST /repos/{owner}/{repo}/deployments', handle: deployments_create },
    {
        operation: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}',
        handle: (call) => {
            call.require('read', 'deployments');
            return { status: 200, body: deploymentJson(deploymentOf(call), call.state, call.links) };
        },
    },
    {
        operation: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
        handle: (call) => {
            call.require('read', 'deployments');
            const deployment = deploymentOf(call);
            return call.list([...deployment.statuses].reverse(), (status) => statusJson(status, deployment, call.state, call.links));
        },
    },
    { operation: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', handle: createStatus },
];
function list(call) {
    call.require('read', 'deployments');
    const found = call.state.deployments.filter((deployment) => FILTERS.every((name) => (call.query.get(name) ?? deployment[name]) === deployment[name]));
    return call.list([...found].reverse(), (deployment) => deploymentJson(deployment, call.state, call.links));
}
function deployments_create(call) {
    call.require('write', 'deployments');
    const { state, links } = call;
    const ref = call.text('ref', 'Deployment');
    if (ref === null)
        throw invalid('Deployment', 'ref', 'missing_field');
    const sha = state.resolve(ref);
    if (sha === null)
        throw new ApiRefusal(422, `No ref found for: ${ref}`);
    // Unless told otherwise GitHub first merges the default branch into the ref, and then makes no deployment.
    if (call.body.auto_merge !== false && sha !== state.headSha) {
        return { status: 202, body: { message: `Auto-merged main into ${ref} on deployment.` } };
    }
    refusePendingChecks(call, ref, sha);
    const environment = call.text('environment', 'Deployment') ?? 'production';
    const at = state.timestamp();
    const deployment = {
        id: state.nextId(),
        sha,
        ref,
        task: call.text('task', 'Deployment') ?? 'deploy',
        environment,
        description: call.text('description', 'Deployment') ?? '',
        payload: call.body.payload ?? {},
        transient: call.body.transient_environment === true,
        production: booleanOf(call.body.production_environment) ?? environment === 'production',
        createdAt: at,
        updatedAt: at,
        statuses: [],
    };
    state.deployments.push(deployment);
    return { status: 201, body: deploymentJson(deployment, state, links) };
}
/** Without `required_contexts` every check must have succeeded, the one that is asking included. */
function refusePendingChecks(call, ref, sha) {
    const required = call.body.required_contexts;
    const pending = call.state.pendingChecks.get(sha) ?? ['promote'];
    const blocking = Array.isArray(required) ? required.filter((context) => pending.includes(String(context))) : pending;
    if (blocking.length === 0)
        return;
    throw new ApiRefusal(409, `Conflict: Commit status checks failed for ${ref}.`, [
        { resource: 'Deployment', field: 'required_contexts', code: 'invalid' },
    ]);
}
function createStatus(call) {
    call.require('write', 'deployments');
    const deployment = deploymentOf(call);
    const status = statusOf(call, deployment);
    if (status.state === 'success' && call.body.auto_inactive !== false)
        retireOthers(call, deployment, status);
    deployment.statuses.push(status);
    deployment.updatedAt = status.createdAt;
    return { status: 201, body: statusJson(status, deployment, call.state, call.links) };
}
function statusOf(call, deployment) {
    const text = (name) => call.text(name, 'DeploymentStatus') ?? '';
    const description = text('description');
    if (!STATES.has(text('state')))
        throw invalid('DeploymentStatus', 'state', 'invalid');
    if (description.length > LONGEST_DESCRIPTION) {
        const message = `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`;
        throw invalid('DeploymentStatus', 'description', 'custom', message);
    }
    const logUrl = text('log_url') === '' ? text('target_url') : text('log_url');
    return {
        id: call.state.nextId(),
        state: text('state'),
        description,
        environment: text('environment') === '' ? deployment.environment : text('environment'),
        targetUrl: logUrl,
        logUrl,
        environmentUrl: text('environment_url'),
        createdAt: call.state.timestamp(),
    };
}
/** A success makes earlier successful deployments of the same environment inactive, unless it is transient or production. */
function retireOthers(call, deployment, success) {
    for (const other of call.state.deployments) {
        const same = other !== deployment && other.environment === success.environment;
        if (!same || other.transient || other.production || other.statuses.at(-1)?.state !== 'success')
            continue;
        other.statuses.push({ ...success, id: call.state.nextId(), state: 'inactive', description: '' });
    }
}
function deploymentOf(call) {
    const id = call.number('deployment_id');
    const deployment = call.state.deployments.find((candidate) => candidate.id === id);
    if (deployment === undefined)
        throw notFound();
    return deployment;
}
function booleanOf(value) {
    return typeof value === 'boolean' ? value : null;
}

;// CONCATENATED MODULE: ./build/sandbox/github/routes/issues.js



/** Issues, as alerts use them. Listings hold pull requests as well, as GitHub's do. */
const issueRoutes = [
    { operation: 'GET /repos/{owner}/{repo}/issues', handle: issues_list },
    { operation: 'POST /repos/{owner}/{repo}/issues', handle: issues_create },
    {
        operation: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
        handle: (call) => {
            call.require('read', 'issues', 'pull-requests');
            return { status: 200, body: issueJson(issues_issueOf(call), call.state, call.links) };
        },
    },
    { operation: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}', handle: update },
];
function issues_list(call) {
    call.require('read', 'issues', 'pull-requests');
    const state = call.query.get('state') ?? 'open';
    const labels = (call.query.get('labels') ?? '').split(',').filter((label) => label !== '');
    const creator = call.query.get('creator');
    const found = [...call.state.issues.values()]
        .filter((issue) => !issue.deleted && (state === 'all' || issue.state === state))
        .filter((issue) => labels.every((label) => issue.labels.includes(label)))
        .filter((issue) => creator === null || issue.author === creator)
        .sort((a, b) => b.number - a.number);
    if (call.query.get('direction') === 'asc')
        found.reverse();
    return call.list(found, (issue) => issueJson(issue, call.state, call.links));
}
function issues_create(call) {
    call.require('write', 'issues');
    if (call.state.issuesDisabled)
        throw new ApiRefusal(410, 'Issues has been disabled in this repository.');
    const title = titleOf(call);
    if (title === null)
        throw invalid('Issue', 'title', 'missing_field');
    const at = call.state.timestamp();
    const issue = {
        number: Math.max(0, ...call.state.issues.keys()) + 1,
        author: BOT,
        title,
        body: call.text('body', 'Issue'),
        state: 'open',
        stateReason: null,
        labels: labelsOf(call) ?? [],
        isPull: false,
        locked: false,
        deleted: false,
        createdAt: at,
        updatedAt: at,
        closedAt: null,
    };
    call.state.issues.set(issue.number, issue);
    return { status: 201, body: issueJson(issue, call.state, call.links) };
}
function update(call) {
    const issue = issues_issueOf(call);
    if (issue.isPull)
        call.require('write', 'issues', 'pull-requests');
    else
        call.require('write', 'issues');
    const at = call.state.timestamp();
    issue.title = titleOf(call) ?? issue.title;
    issue.body = call.body.body === undefined ? issue.body : call.text('body', 'Issue');
    issue.labels = labelsOf(call) ?? issue.labels;
    const state = call.text('state', 'Issue');
    if (state !== null && state !== 'open' && state !== 'closed')
        throw invalid('Issue', 'state', 'invalid');
    if (state !== null && state !== issue.state) {
        issue.state = state;
        issue.closedAt = state === 'closed' ? at : null;
        issue.stateReason = state === 'closed' ? (call.text('state_reason', 'Issue') ?? 'completed') : 'reopened';
    }
    issue.updatedAt = at;
    return { status: 200, body: issueJson(issue, call.state, call.links) };
}
function issues_issueOf(call) {
    const issue = call.state.issues.get(call.number('issue_number'));
    if (issue === undefined)
        throw notFound();
    if (issue.deleted)
        throw new ApiRefusal(410, 'This issue was deleted');
    return issue;
}
function titleOf(call) {
    const title = call.text('title', 'Issue');
    if (title !== null && title.trim() === '')
        throw invalid('Issue', 'title', 'missing_field');
    if (title !== null && title.length > 256) {
        throw invalid('Issue', 'title', 'custom', 'title is too long (maximum is 256 characters)');
    }
    return title;
}
function labelsOf(call) {
    const labels = call.body.labels ?? null;
    if (labels === null)
        return null;
    if (!Array.isArray(labels))
        throw invalid('Issue', 'labels', 'invalid');
    return labels.map((label) => {
        const name = typeof label === 'object' && label !== null && 'name' in label ? label.name : label;
        if (typeof name !== 'string' || name === '')
            throw invalid('Label', 'name', 'missing_field');
        return name;
    });
}

;// CONCATENATED MODULE: ./build/sandbox/github/representations/history.js



const AUTHOR = { name: 'Octo Cat', email: 'octocat@users.noreply.github.com' };
const WHEN = '2026-01-05T10:00:00Z';
const MESSAGE = 'Train the model again';
/** `commit` of GitHub's description. */
function commitJson(sha, state, links) {
    const repository = links.api(`/repos/${state.repository}`);
    const person = { ...AUTHOR, date: WHEN };
    const html = links.html(`/${state.repository}/commit/${sha}`);
    return {
        sha,
        node_id: links.node('C', sha),
        url: `${repository}/commits/${sha}`,
        html_url: html,
        comments_url: `${repository}/commits/${sha}/comments`,
        commit: {
            url: `${repository}/git/commits/${sha}`,
            author: person,
            committer: person,
            message: MESSAGE,
            tree: { sha: treeOf(sha), url: `${repository}/git/trees/${treeOf(sha)}` },
            comment_count: 0,
            verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
        },
        author: accountJson('octocat', links),
        committer: accountJson('octocat', links),
        parents: [],
        stats: { additions: 10, deletions: 2, total: 12 },
        files: [],
    };
}
/** `workflow-run` of GitHub's description. */
function runJson(run, state, links) {
    return {
        id: run.id,
        node_id: links.node('WFR', run.id),
        name: 'Promote',
        display_title: MESSAGE,
        path: '.github/workflows/promote.yml',
        run_number: stableId(String(run.id)) % 1000,
        run_attempt: run.attempt,
        event: run.event,
        status: run.status,
        conclusion: run.conclusion,
        head_branch: 'main',
        head_sha: run.headSha,
        workflow_id: 4_000_001,
        ...runAddresses(run, state, links),
        pull_requests: [],
        created_at: WHEN,
        updated_at: state.timestamp(),
        run_started_at: WHEN,
        actor: accountJson('octocat', links),
        triggering_actor: accountJson('octocat', links),
        head_commit: headCommitJson(run.headSha),
        repository: minimalRepositoryJson(state.repository, links),
        head_repository: minimalRepositoryJson(state.repository, links),
    };
}
function runAddresses(run, state, links) {
    const actions = links.api(`/repos/${state.repository}/actions`);
    const url = `${actions}/runs/${run.id}`;
    return {
        workflow_url: `${actions}/workflows/4000001`,
        url,
        html_url: links.html(`/${state.repository}/actions/runs/${run.id}`),
        jobs_url: `${url}/jobs`,
        logs_url: `${url}/logs`,
        artifacts_url: `${url}/artifacts`,
        cancel_url: `${url}/cancel`,
        rerun_url: `${url}/rerun`,
        previous_attempt_url: null,
        check_suite_url: links.api(`/repos/${state.repository}/check-suites/1`),
    };
}
function headCommitJson(sha) {
    return { id: sha, tree_id: treeOf(sha), message: MESSAGE, timestamp: WHEN, author: AUTHOR, committer: AUTHOR };
}
function treeOf(sha) {
    return [...sha].reverse().join('');
}

;// CONCATENATED MODULE: ./build/sandbox/github/representations/pull.js




/** `pull-request-simple` of GitHub's description, as listings hold it. */
function simplePullJson(pull, issue, state, links) {
    const addresses = addressesOf(pull, state, links);
    return {
        id: stableId(`${state.repository}!${pull.number}`),
        node_id: links.node('PR', pull.number),
        number: pull.number,
        ...addresses,
        state: issue.state,
        locked: issue.locked,
        title: issue.title,
        body: issue.body,
        draft: false,
        user: accountJson(issue.author, links),
        labels: issue.labels.map((name) => labelJson(name, links.api(`/repos/${state.repository}`))),
        milestone: null,
        assignee: null,
        assignees: [],
        requested_reviewers: [],
        requested_teams: [],
        auto_merge: null,
        active_lock_reason: null,
        author_association: 'MEMBER',
        created_at: issue.createdAt,
        updated_at: issue.updatedAt,
        closed_at: issue.closedAt,
        merged_at: pull.merged ? issue.closedAt : null,
        merge_commit_sha: pull.mergeCommitSha,
        head: branchJson(pull.headRef, pull.headSha, pull.headRepository, links),
        base: branchJson(pull.baseRef, pull.baseSha, state.repository, links),
        _links: Object.fromEntries(Object.entries(LINKS).map(([name, field]) => [name, { href: addresses[field] }])),
    };
}
/** `pull-request`: the page of one, with counts and how it may be merged. */
function pullJson(pull, issue, state, links) {
    return {
        ...simplePullJson(pull, issue, state, links),
        merged: pull.merged,
        mergeable: pull.merged ? null : true,
        mergeable_state: pull.merged ? 'unknown' : 'clean',
        rebaseable: null,
        merged_by: pull.merged ? accountJson('octocat', links) : null,
        comments: state.comments.filter((comment) => comment.issue === pull.number).length,
        review_comments: 0,
        maintainer_can_modify: false,
        commits: pull.commits.length,
        additions: 10,
        deletions: 2,
        changed_files: 1,
    };
}
const LINKS = {
    self: 'url',
    html: 'html_url',
    issue: 'issue_url',
    comments: 'comments_url',
    review_comments: 'review_comments_url',
    review_comment: 'review_comment_url',
    commits: 'commits_url',
    statuses: 'statuses_url',
};
function addressesOf(pull, state, links) {
    const repository = links.api(`/repos/${state.repository}`);
    const url = `${repository}/pulls/${pull.number}`;
    const html = links.html(`/${state.repository}/pull/${pull.number}`);
    return {
        url,
        html_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        issue_url: `${repository}/issues/${pull.number}`,
        commits_url: `${url}/commits`,
        review_comments_url: `${url}/comments`,
        review_comment_url: `${repository}/pulls/comments{/number}`,
        comments_url: `${repository}/issues/${pull.number}/comments`,
        statuses_url: `${repository}/statuses/${pull.headSha}`,
    };
}
function branchJson(ref, sha, repository, links) {
    const owner = repository?.split('/')[0] ?? 'ghost';
    return {
        label: `${owner}:${ref}`,
        ref,
        sha,
        user: accountJson(owner, links),
        repo: repository === null ? null : repositoryJson(repository, links),
    };
}

;// CONCATENATED MODULE: ./build/sandbox/github/routes/repository.js




/** What can be asked about the repository, its history and its runs. */
const repositoryRoutes = [
    {
        operation: 'GET /repos/{owner}/{repo}',
        handle: ({ state, links }) => ({
            status: 200,
            body: fullRepositoryJson(state.repository, links, !state.issuesDisabled),
        }),
    },
    {
        operation: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
        handle: (call) => {
            call.require('read', 'pull-requests');
            const pull = call.state.pulls.get(call.number('pull_number'));
            if (pull === undefined)
                throw notFound();
            return { status: 200, body: pullJson(pull, repository_issueOf(call, pull), call.state, call.links) };
        },
    },
    {
        operation: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
        handle: (call) => {
            call.require('read', 'pull-requests');
            const pulls = pullsOf(call, knownCommit(call, 'commit_sha'));
            return call.list(pulls, (pull) => simplePullJson(pull, repository_issueOf(call, pull), call.state, call.links));
        },
    },
    {
        operation: 'GET /repos/{owner}/{repo}/commits/{ref}',
        handle: (call) => {
            call.require('read', 'contents');
            return { status: 200, body: commitJson(knownCommit(call, 'ref'), call.state, call.links) };
        },
    },
    {
        operation: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
        handle: (call) => {
            call.require('read', 'actions');
            const run = call.state.runs.get(call.number('run_id'));
            if (run === undefined)
                throw notFound();
            return { status: 200, body: runJson(run, call.state, call.links) };
        },
    },
];
/** For a commit of the default branch the merged pull request that brought it; for another one all that hold it. */
function pullsOf(call, sha) {
    return [...call.state.pulls.values()].filter((pull) => {
        if (!(pull.mergeCommitSha === sha || pull.commits.includes(sha)))
            return false;
        if (pull.lag === 0)
            return true;
        pull.lag -= 1;
        return false;
    });
}
function knownCommit(call, parameter) {
    const ref = call.parameter(parameter);
    const sha = call.state.resolve(ref);
    if (sha === null)
        throw new ApiRefusal(422, `No commit found for SHA: ${ref}`);
    return sha;
}
function repository_issueOf(call, pull) {
    const issue = call.state.issues.get(pull.number);
    if (issue === undefined)
        throw new Error(`Pull request ${pull.number} has no conversation; add it by the seed.`);
    return issue;
}

;// CONCATENATED MODULE: ./build/sandbox/github/routes/viewer.js


/** Who the token is. A workflow's token is one of an app and has no user. */
const viewerRoutes = [
    {
        operation: 'GET /user',
        handle: () => {
            throw notAccessible();
        },
    },
];
/** Answers the one query that actions ask GraphQL for; anything else is an error in GraphQL's shape. */
function answerGraphql(call) {
    const query = String(call.body.query ?? '')
        .replace(/\s+/g, ' ')
        .trim();
    if (/^(query )?\{ ?viewer ?\{ ?login ?\} ?\}$/.test(query)) {
        return { status: 200, body: { data: { viewer: { login: BOT } } } };
    }
    return { status: 200, body: { errors: [{ type: 'NOT_SERVED', message: `The stand-in does not serve: ${query}` }] } };
}

;// CONCATENATED MODULE: ./build/sandbox/github/desk.js














/** Takes each request from the socket to its answer: routing, faults, permissions, contract, log. */
class RequestDesk {
    desk;
    faults = new WaitingFaults();
    log = new RequestLog();
    router;
    links;
    limit;
    now;
    constructor(desk) {
        this.desk = desk;
        const { options } = desk;
        this.now = options.now ?? Date.now;
        this.links = new Links(desk.apiUrl, desk.serverUrl);
        this.limit = new HourlyLimit(options.hourlyLimit ?? (options.basePath ? null : 1000), this.now());
        this.router = new Router([
            ...commentRoutes,
            ...issueRoutes,
            ...deploymentRoutes,
            ...repositoryRoutes,
            ...viewerRoutes,
            { operation: 'POST /graphql', undescribed: true, handle: answerGraphql },
            { operation: 'GET /_identity/token', undescribed: true, handle: (call) => this.identity(call) },
        ]);
    }
    async serve(request, response) {
        const incoming = await this.read(request);
        const fault = this.faults.take(incoming.method, incoming.path);
        if (fault !== null && fault.afterEffect !== true)
            return this.spoil(incoming, fault, response);
        const answer = this.answer(incoming);
        if (fault !== null)
            return this.spoil(incoming, fault, response);
        this.record(incoming, answer.status);
        send(response, answer, this.limit.headers());
    }
    /** @throws Error with the route log when a request was unrouted or broke the contract */
    verify() {
        this.log.verify(this.router.operations());
    }
    async read(request) {
        const chunks = [];
        for await (const chunk of request)
            chunks.push(Buffer.from(chunk));
        const url = new URL(request.url ?? '/', this.desk.origin);
        const method = request.method ?? 'GET';
        const path = this.pathOf(url.pathname);
        return {
            method,
            path,
            url,
            body: Buffer.concat(chunks).toString('utf8'),
            headers: request.headers,
            match: this.router.find(method, path),
        };
    }
    /** Enterprise Server has its REST API below the base path, and GraphQL beside it. */
    pathOf(pathname) {
        const { basePath = '', repository = 'acme/models' } = this.desk.options;
        if (pathname.startsWith('/_identity/'))
            return pathname;
        if (basePath !== '' && pathname === basePath.replace(/v3$/, 'graphql'))
            return '/graphql';
        if (!pathname.startsWith(`${basePath}/`))
            return `(outside ${basePath})${pathname}`;
        const alias = `/repositories/${repositoryId(repository)}`;
        const path = pathname.slice(basePath.length);
        return path === alias || path.startsWith(`${alias}/`) ? `/repos/${repository}${path.slice(alias.length)}` : path;
    }
    answer(incoming) {
        const operation = incoming.match?.route.operation ?? null;
        if (operation === null)
            this.log.unrouted.push(`${incoming.method} ${incoming.url.pathname}`);
        const answer = this.attempt(incoming);
        if (operation !== null && incoming.match?.route.undescribed !== true)
            this.checkAnswer(operation, answer);
        return answer;
    }
    attempt(incoming) {
        try {
            this.admit(incoming);
            if (incoming.match === null)
                throw notFound();
            const { route, parameters } = incoming.match;
            const body = parseBody(incoming.body);
            if (route.undescribed !== true)
                this.checkRequest(route.operation, incoming, body);
            this.requireOwnRepository(parameters);
            return route.handle(this.callOf(incoming, body, parameters));
        }
        catch (error) {
            if (error instanceof ApiRefusal)
                return { status: error.status, body: error.body() };
            this.log.violations.push(`The stand-in failed at ${incoming.method} ${incoming.path}: ${String(error)}`);
            return { status: 500, body: new ApiRefusal(500, 'Server Error').body() };
        }
    }
    callOf(incoming, body, parameters) {
        const { state, options } = this.desk;
        const byNumber = incoming.path.replace(`/repos/${state.repository}`, `/repositories/${repositoryId(state.repository)}`);
        const permissions = options.permissions ?? DEFAULT_PERMISSIONS;
        return new Call(state, this.links, permissions, incoming.url.searchParams, body, parameters, this.links.api(byNumber));
    }
    admit({ headers, path }) {
        if (headers['user-agent'] === undefined)
            throw new ApiRefusal(403, 'Request forbidden by administrative rules.');
        const isIdentity = path.startsWith('/_identity/');
        const expected = isIdentity ? this.desk.identityToken : this.desk.token;
        const given = /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? '')?.[1];
        if (given !== expected)
            throw new ApiRefusal(401, given === undefined ? 'Requires authentication' : 'Bad credentials');
        if (!isIdentity)
            this.limit.count();
    }
    /** Other repositories are as good as absent for a workflow's token. */
    requireOwnRepository(parameters) {
        if (parameters.owner === undefined)
            return;
        if (`${parameters.owner}/${parameters.repo}`.toLowerCase() !== this.desk.state.repository.toLowerCase())
            throw notFound();
    }
    identity(call) {
        call.require('write', 'id-token');
        const { options, state, serverUrl } = this.desk;
        const value = identityToken({
            repository: state.repository,
            sha: state.headSha,
            subject: options.identitySubject ?? `repo:${state.repository}:ref:refs/heads/main`,
            audience: call.query.get('audience'),
            claims: options.identityClaims ?? {},
            enterpriseUrl: options.basePath ? serverUrl : null,
            now: this.now(),
        });
        return { status: 200, body: { count: value.length, value } };
    }
    checkRequest(operation, incoming, body) {
        const query = Object.fromEntries(incoming.url.searchParams);
        const sent = incoming.body === '' ? undefined : body;
        const faults = this.desk.options.contract?.request(operation, query, sent) ?? [];
        this.log.violations.push(...faults.map((fault) => `Request ${operation}: ${fault}`));
    }
    checkAnswer(operation, answer) {
        const faults = this.desk.options.contract?.response(operation, answer.status, answer.body) ?? [];
        this.log.violations.push(...faults.map((fault) => `Our answer ${answer.status} to ${operation}: ${fault}`));
    }
    spoil(incoming, fault, response) {
        if (fault.hang === true || fault.reset === true) {
            this.record(incoming, fault.hang === true ? 'hang' : 'reset');
            if (fault.reset === true)
                response.destroy();
            return;
        }
        const answer = faultyAnswer(fault, this.now());
        this.record(incoming, answer.status);
        if ('html' in answer)
            response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.html);
        else
            send(response, answer, this.limit.headers());
    }
    record(incoming, outcome) {
        const { method, path, url, body, match } = incoming;
        this.log.add({ method, path: path + url.search, route: match?.route.operation ?? null, body, outcome });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/github/seed.js

/** Puts things into the stand-in that people and other programs would have made. */
class Seed {
    state;
    constructor(state) {
        this.state = state;
    }
    /** A commit; with a branch, its new head. */
    commit(sha, branch) {
        this.state.commits.add(sha);
        if (branch !== undefined)
            this.state.branches.set(branch, sha);
    }
    pull(seed) {
        const merged = seed.mergeCommitSha !== undefined;
        const pull = {
            number: seed.number,
            headSha: seed.headSha,
            headRef: seed.headRef ?? 'feature',
            headRepository: seed.headRepository === undefined ? this.state.repository : seed.headRepository,
            baseRef: seed.baseRef ?? 'main',
            baseSha: this.state.headSha,
            merged,
            mergeCommitSha: seed.mergeCommitSha ?? null,
            commits: [...new Set([...(seed.commits ?? []), seed.headSha])],
            lag: seed.lag ?? 0,
        };
        this.state.pulls.set(pull.number, pull);
        for (const sha of pull.commits)
            this.commit(sha);
        if (seed.mergeCommitSha !== undefined)
            this.commit(seed.mergeCommitSha);
        this.store(pull.number, seed.title ?? 'A new model', merged ? 'closed' : (seed.state ?? 'open'), true, seed.locked ?? false);
        return pull;
    }
    issue(seed) {
        const issue = this.store(seed.number, seed.title, seed.state ?? 'open', false, false, seed.author);
        issue.labels = seed.labels ?? [];
        return issue;
    }
    comment(seed) {
        const at = this.state.timestamp();
        const comment = {
            id: this.state.nextId(),
            issue: seed.issue,
            author: seed.author ?? BOT,
            body: seed.body,
            createdAt: at,
            updatedAt: at,
        };
        this.state.comments.push(comment);
        return comment;
    }
    run(seed) {
        const run = {
            attempt: 1,
            status: 'in_progress',
            conclusion: null,
            headSha: this.state.headSha,
            event: 'push',
            ...seed,
        };
        this.state.runs.set(run.id, run);
        return run;
    }
    store(number, title, state, isPull, locked, author = 'octocat') {
        const at = this.state.timestamp();
        const issue = {
            number,
            author,
            title,
            body: null,
            state,
            stateReason: null,
            labels: [],
            isPull,
            locked,
            deleted: false,
            createdAt: at,
            updatedAt: at,
            closedAt: state === 'closed' ? at : null,
        };
        this.state.issues.set(number, issue);
        return issue;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/github/index.js







/** Starts a strict, stateful GitHub on loopback, for one repository and one workflow token. */
async function startGitHub(options = {}) {
    const state = new GitHubState(options);
    const server = (0,external_node_http_namespaceObject.createServer)();
    const origin = await listen(server);
    const basePath = options.basePath ?? '';
    const serverUrl = basePath === '' ? 'https://github.com' : origin;
    const apiUrl = origin + basePath;
    const token = options.token ?? `ghs_${'sandbox'.repeat(5)}0`;
    const identityToken = 'sandbox-identity-request-token';
    const desk = new RequestDesk({ options, state, origin, apiUrl, serverUrl, token, identityToken });
    server.on('request', (request, response) => {
        // The only failure is a caller that hangs up while it is still sending.
        desk.serve(request, response).catch(() => response.destroy());
    });
    const mayIdentify = options.permissions === undefined || isAllowed(options.permissions, 'id-token', 'write');
    const requestUrl = `${origin}/_identity/token?api-version=2.0`;
    return {
        apiUrl,
        serverUrl,
        token,
        ...(mayIdentify ? { identity: { requestUrl, requestToken: identityToken } } : {}),
        state,
        seed: new Seed(state),
        faults: desk.faults,
        requests: desk.log.requests,
        unrouted: desk.log.unrouted,
        violations: desk.log.violations,
        requestBodies: () => desk.log.requests.map(({ method, path, body }) => `${method} ${path}\n${body}`),
        seen: (method, path) => desk.log.seen(method, path),
        close: async ({ verify = true } = {}) => {
            await stop(server);
            if (verify)
                desk.verify();
        },
    };
}
function listen(server) {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (address === null || typeof address === 'string')
                reject(new Error('The server has no port.'));
            else
                resolve(`http://127.0.0.1:${address.port}`);
        });
    });
}
function stop(server) {
    return new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
    });
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __nccwpck_require__(8815);
;// CONCATENATED MODULE: ./build/sandbox/runner/action-metadata.js



const RUNTIMES = new Set(['node24']);
/**
 * Reads action.yml.
 * @throws Error when the file is no JavaScript action for a Node that runners still have
 */
function readActionMetadata(file) {
    const document = (0,dist/* parseDocument */.Tp)((0,external_node_fs_.readFileSync)(file, 'utf8'));
    const [fault] = document.errors;
    if (fault !== undefined)
        throw new Error(`${file}: ${fault.message}`);
    const root = record(document.toJS());
    const runs = record(root.runs);
    const using = action_metadata_text(runs.using) ?? '';
    if (!RUNTIMES.has(using))
        throw new Error(`${file}: runs.using is '${using}'; runners have ${[...RUNTIMES].join(', ')}.`);
    const main = action_metadata_text(runs.main);
    if (main === null)
        throw new Error(`${file}: runs.main is missing.`);
    const folder = (0,external_node_path_.dirname)((0,external_node_path_.resolve)(file));
    const post = action_metadata_text(runs.post);
    return {
        folder,
        name: action_metadata_text(root.name) ?? '',
        using,
        main: (0,external_node_path_.join)(folder, main),
        post: post === null ? null : (0,external_node_path_.join)(folder, post),
        postCondition: action_metadata_text(runs['post-if']) ?? 'always()',
        inputs: new Map(Object.entries(record(root.inputs)).map(([name, input]) => [name, action_metadata_text(record(input).default)])),
        outputs: new Set(Object.keys(record(root.outputs))),
    };
}
/** The nearest action.yml (or action.yaml) in the folders above a file. */
function findActionFile(entry) {
    for (let folder = (0,external_node_path_.dirname)((0,external_node_path_.resolve)(entry));; folder = (0,external_node_path_.dirname)(folder)) {
        for (const name of ['action.yml', 'action.yaml']) {
            if ((0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, name)))
                return (0,external_node_path_.join)(folder, name);
        }
        if ((0,external_node_path_.dirname)(folder) === folder)
            throw new Error(`No action.yml in the folders above ${entry}.`);
    }
}
function record(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
function action_metadata_text(value) {
    return value === undefined || value === null ? null : String(value);
}

;// CONCATENATED MODULE: ./build/sandbox/runner/expressions.js
/** Contexts whose fields depend on the event or the matrix; an absent one is null there, and a slip elsewhere. */
const OPEN_CONTEXTS = new Set(['matrix', 'strategy']);
const PATH = /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/;
/**
 * Replaces each `${{ … }}` of a default: paths into the contexts, `toJSON(path)` and string literals.
 * @throws Error for any other expression, an unknown context or an unknown field, rather than guessing at it
 */
function evaluateTemplate(template, contexts) {
    return template.replace(/\$\{\{([\s\S]*?)\}\}/g, (_whole, expression) => textOf(evaluate(expression.trim(), contexts)));
}
/**
 * Decides `pre-if` and `post-if`, which may ask only for the status of the job.
 * @param status as the job stands when the step would run
 */
function evaluateCondition(condition, status) {
    const bare = condition.replace(/^\$\{\{([\s\S]*)\}\}$/, '$1').trim();
    const answers = {
        'always()': true,
        'success()': status === 'success',
        'failure()': status === 'failure',
        'cancelled()': status === 'cancelled',
        '!cancelled()': status !== 'cancelled',
    };
    const answer = answers[bare];
    if (answer === undefined)
        throw new Error(`The emulator does not know the condition '${condition}'.`);
    return answer;
}
function evaluate(expression, contexts) {
    const literal = /^'((?:[^']|'')*)'$/.exec(expression);
    if (literal !== null)
        return (literal[1] ?? '').replaceAll("''", "'");
    const json = /^toJSON\(([\s\S]*)\)$/i.exec(expression);
    if (json !== null)
        return JSON.stringify(evaluate((json[1] ?? '').trim(), contexts) ?? null, null, 2);
    if (PATH.test(expression))
        return lookUp(expression.split('.'), contexts);
    throw new Error(`The emulator does not know the expression '${expression}'.`);
}
function lookUp(path, contexts) {
    const [root = '', ...rest] = path;
    if (!(root in contexts))
        throw new Error(`The emulator does not know the context '${root}'.`);
    let value = contexts[root];
    for (const [depth, key] of rest.entries()) {
        const next = isRecord(value) ? value[key] : undefined;
        if (next === undefined && depth === 0 && !OPEN_CONTEXTS.has(root)) {
            throw new Error(`The context '${root}' has no field '${key}'.`);
        }
        value = next ?? null;
    }
    return value;
}
function isRecord(value) {
    return typeof value === 'object' && value !== null;
}
function textOf(value) {
    if (value === null || value === undefined)
        return '';
    return typeof value === 'object' ? 'Object' : String(value);
}

;// CONCATENATED MODULE: ./build/sandbox/runner/environment.js


/** The contexts that defaults of inputs may use. */
function contextsOf(job, paths, status) {
    const { owner } = splitRepository(job.repository);
    return {
        github: {
            token: job.server.token,
            api_url: job.server.apiUrl,
            server_url: job.server.serverUrl,
            repository: job.repository,
            repository_owner: owner,
            sha: job.sha,
            ref: job.ref,
            ref_name: refName(job.ref),
            head_ref: job.headRef,
            base_ref: job.baseRef,
            event_name: job.eventName,
            event: job.event,
            actor: job.actor,
            job: job.name,
            workflow: job.workflow,
            run_id: String(job.runId),
            run_attempt: String(job.runAttempt),
            run_number: String(job.runNumber),
            workspace: paths.workspace,
        },
        job: { status, check_run_id: job.checkRunId },
        matrix: job.matrix,
        strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
        runner: { os: 'Linux', arch: 'X64', name: 'sandbox', temp: paths.temp, environment: 'github-hosted' },
    };
}
/**
 * The whole environment of a stage. Nothing is inherited from this process but PATH and HOME.
 * Source of the list: the runner's own (`Runner.Worker`), see the documentation of default environment variables.
 */
function environmentOf(options, metadata, job, paths, status, inherited) {
    return {
        ...hostVariables(inherited.path),
        ...options.env,
        ...inherited.env,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        ...githubVariables(metadata, job, paths),
        ...runnerVariables(paths, options.debug === true),
        ...serviceVariables(job),
        ...stateVariables(inherited.state),
        ...inputVariables(options, metadata, contextsOf(job, paths, status)),
    };
}
function hostVariables(prepended) {
    const path = [...prepended, process.env.PATH ?? ''].join(external_node_path_.delimiter);
    return { PATH: path, HOME: process.env.HOME ?? '/root' };
}
function inputVariables(options, metadata, contexts) {
    const variables = {};
    for (const [name, fallback] of metadata.inputs) {
        variables[inputVariable(name)] = options.inputs?.[name] ?? evaluateTemplate(fallback ?? '', contexts);
    }
    for (const [name, value] of Object.entries(options.inputs ?? {}))
        variables[inputVariable(name)] = value;
    return variables;
}
/** Spaces become underscores, hyphens stay, which is why a shell cannot export such a name. */
function inputVariable(name) {
    return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
function stateVariables(state) {
    return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}
function githubVariables(metadata, job, paths) {
    return {
        GITHUB_ACTION: '__self',
        GITHUB_ACTION_PATH: metadata.folder,
        GITHUB_ACTION_REF: '',
        GITHUB_ACTION_REPOSITORY: '',
        ...identityVariables(job),
        GITHUB_API_URL: job.server.apiUrl,
        GITHUB_GRAPHQL_URL: graphqlUrl(job.server.apiUrl),
        GITHUB_SERVER_URL: job.server.serverUrl,
        GITHUB_ENV: paths.commandFiles.env,
        GITHUB_EVENT_PATH: paths.eventFile,
        GITHUB_OUTPUT: paths.commandFiles.output,
        GITHUB_PATH: paths.commandFiles.path,
        GITHUB_STATE: paths.commandFiles.state,
        GITHUB_STEP_SUMMARY: paths.commandFiles.summary,
        GITHUB_RETENTION_DAYS: '90',
        GITHUB_WORKSPACE: paths.workspace,
    };
}
function identityVariables(job) {
    const workflowRef = `${job.repository}/.github/workflows/${job.workflow.toLowerCase()}.yml@${job.ref}`;
    return {
        GITHUB_ACTOR: job.actor,
        GITHUB_ACTOR_ID: '583231',
        GITHUB_TRIGGERING_ACTOR: job.actor,
        GITHUB_BASE_REF: job.baseRef,
        GITHUB_HEAD_REF: job.headRef,
        GITHUB_EVENT_NAME: job.eventName,
        GITHUB_JOB: job.name,
        GITHUB_REF: job.ref,
        GITHUB_REF_NAME: refName(job.ref),
        GITHUB_REF_PROTECTED: 'false',
        GITHUB_REF_TYPE: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
        GITHUB_REPOSITORY: job.repository,
        GITHUB_REPOSITORY_ID: '41000001',
        GITHUB_REPOSITORY_OWNER: splitRepository(job.repository).owner,
        GITHUB_REPOSITORY_OWNER_ID: '40000001',
        GITHUB_RUN_ATTEMPT: String(job.runAttempt),
        GITHUB_RUN_ID: String(job.runId),
        GITHUB_RUN_NUMBER: String(job.runNumber),
        GITHUB_SHA: job.sha,
        GITHUB_WORKFLOW: job.workflow,
        GITHUB_WORKFLOW_REF: workflowRef,
        GITHUB_WORKFLOW_SHA: job.sha,
    };
}
function runnerVariables(paths, debug) {
    return {
        RUNNER_OS: 'Linux',
        RUNNER_ARCH: 'X64',
        RUNNER_NAME: 'sandbox',
        RUNNER_ENVIRONMENT: 'github-hosted',
        RUNNER_TEMP: paths.temp,
        RUNNER_TOOL_CACHE: (0,external_node_path_.join)(paths.temp, 'tool-cache'),
        RUNNER_WORKSPACE: (0,external_node_path_.dirname)(paths.workspace),
        ...(debug ? { RUNNER_DEBUG: '1' } : {}),
    };
}
function serviceVariables(job) {
    const identity = job.server.identity;
    return {
        ACTIONS_RUNTIME_URL: 'http://127.0.0.1:9/',
        ACTIONS_RUNTIME_TOKEN: job.runtimeToken,
        ACTIONS_RESULTS_URL: 'http://127.0.0.1:9/',
        ACTIONS_CACHE_URL: 'http://127.0.0.1:9/',
        ACTIONS_ORCHESTRATION_ID: `sandbox.${job.name}.__default`,
        ...(identity === undefined
            ? {}
            : { ACTIONS_ID_TOKEN_REQUEST_URL: identity.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: identity.requestToken }),
    };
}
/** Enterprise Server has `/api/v3` beside `/api/graphql`; github.com has `/graphql`. */
function graphqlUrl(apiUrl) {
    return apiUrl.endsWith('/api/v3') ? apiUrl.replace(/v3$/, 'graphql') : `${apiUrl}/graphql`;
}
/** `refs/heads/main` is `main`; `refs/pull/7/merge` is `7/merge`. */
function refName(ref) {
    return ref.replace(/^refs\/(heads|tags|pull)\//, '');
}
function splitRepository(repository) {
    const [owner = '', name = ''] = repository.split('/');
    return { owner, name };
}

;// CONCATENATED MODULE: ./build/sandbox/runner/events.js
/** The fields of a `pull_request` payload that actions read. */
function pullRequestEvent(state) {
    const branch = (ref, sha, repository) => ({
        ref,
        sha,
        label: `${repository.split('/')[0]}:${ref}`,
        repo: repositoryPayload(repository),
    });
    return {
        action: 'synchronize',
        number: state.number,
        pull_request: {
            number: state.number,
            state: 'open',
            draft: false,
            merged: false,
            html_url: `https://github.com/${state.repository}/pull/${state.number}`,
            head: branch(state.headRef ?? 'feature', state.headSha, state.headRepository ?? state.repository),
            base: branch(state.baseRef ?? 'main', state.sha, state.repository),
        },
        repository: repositoryPayload(state.repository),
        sender: { login: 'octocat', id: 583231, type: 'User' },
    };
}
/** The fields of a `push` payload that actions read. */
function pushEvent(state) {
    const head = { id: state.sha, message: 'Merge the new model', timestamp: '2026-01-05T10:00:00Z' };
    return {
        ref: `refs/heads/${state.branch ?? 'main'}`,
        before: '0000000000000000000000000000000000000000',
        after: state.sha,
        created: false,
        deleted: false,
        forced: false,
        head_commit: head,
        commits: [head],
        repository: repositoryPayload(state.repository),
        pusher: { name: 'octocat' },
        sender: { login: 'octocat', id: 583231, type: 'User' },
    };
}
/** A payload good enough for an event whose details the test does not care about. */
function defaultEvent(eventName, state) {
    if (eventName === 'push')
        return pushEvent(state);
    if (eventName.startsWith('pull_request'))
        return pullRequestEvent({ ...state, number: 1, headSha: state.sha });
    const common = {
        repository: repositoryPayload(state.repository),
        sender: { login: 'octocat', id: 583231, type: 'User' },
    };
    if (eventName === 'workflow_dispatch')
        return { ...common, inputs: {}, ref: 'refs/heads/main', workflow: 'promote.yml' };
    if (eventName === 'schedule')
        return { ...common, schedule: '*/10 * * * *', workflow: 'promote.yml' };
    return common;
}
/** `GITHUB_REF`, `GITHUB_HEAD_REF` and `GITHUB_BASE_REF` as they follow from the event. */
function eventRefs(eventName, event) {
    if (eventName === 'push' && typeof event.ref === 'string')
        return { ref: event.ref, headRef: '', baseRef: '' };
    const pull = recordAt(event, 'pull_request');
    const baseRef = String(recordAt(pull, 'base').ref ?? 'main');
    const headRef = String(recordAt(pull, 'head').ref ?? '');
    if (eventName === 'pull_request')
        return { ref: `refs/pull/${String(pull.number)}/merge`, headRef, baseRef };
    if (eventName === 'pull_request_target')
        return { ref: `refs/heads/${baseRef}`, headRef, baseRef };
    return { ref: 'refs/heads/main', headRef: '', baseRef: '' };
}
function repositoryPayload(repository) {
    const [owner = '', name = ''] = repository.split('/');
    return {
        id: 41_000_001,
        name,
        full_name: repository,
        private: true,
        default_branch: 'main',
        owner: { login: owner, id: 40_000_001, type: 'Organization' },
        html_url: `https://github.com/${repository}`,
    };
}
function recordAt(parent, key) {
    const value = parent[key];
    return typeof value === 'object' && value !== null ? { ...value } : {};
}

;// CONCATENATED MODULE: ./build/sandbox/runner/job.js


/** An address that refuses every connection at once: nobody may call GitHub without a stand-in. */
const NOWHERE = 'http://127.0.0.1:9';
const OFFLINE = {
    apiUrl: NOWHERE,
    serverUrl: 'https://github.com',
    token: 'ghs_offline000000000000000000000000000000',
};
/** Fills in what the caller left open, as a push to the default branch of `acme/models` by default. */
function jobOf(options) {
    const repository = options.repository ?? 'acme/models';
    const sha = options.sha ?? '0123456789abcdef0123456789abcdef01234567';
    const eventName = options.eventName ?? 'push';
    const event = options.event ?? defaultEvent(eventName, { repository, sha });
    const refs = eventRefs(eventName, event);
    return {
        repository,
        sha,
        ref: options.ref ?? refs.ref,
        headRef: refs.headRef,
        baseRef: refs.baseRef,
        eventName,
        event,
        actor: options.actor ?? 'octocat',
        name: options.job ?? 'promote',
        workflow: options.workflow ?? 'Promote',
        runId: options.runId ?? 9_000_000_001,
        runAttempt: options.runAttempt ?? 1,
        runNumber: options.runNumber ?? 1,
        checkRunId: options.checkRunId ?? 31_000_000_001,
        matrix: options.matrix ?? null,
        server: options.github ?? OFFLINE,
        runtimeToken: `runtime-${(0,external_node_crypto_namespaceObject.randomUUID)()}`,
    };
}

;// CONCATENATED MODULE: ./build/sandbox/runner/leaks.js


/**
 * Looks for registered secrets wherever a run leaves text. The log, the annotations and the summary are searched as
 * the runner masks them (so a value printed before it was registered is found); outputs, state and request bodies are
 * masked by nobody.
 * @returns one sentence a leak, without the value
 */
function findLeaks(stages, requestBodies, masker) {
    const surfaces = [];
    for (const { name: stage, result } of stages) {
        surfaces.push([`the log of ${stage}`, result.log], [`the summary of ${stage}`, result.summary]);
        for (const { message, title } of result.annotations) {
            surfaces.push([`an annotation of ${stage}`, `${title ?? ''} ${message}`]);
        }
        for (const [name, value] of Object.entries(result.outputs))
            surfaces.push([`the output '${name}'`, value]);
        for (const [name, value] of Object.entries(result.state))
            surfaces.push([`the saved state '${name}'`, value]);
    }
    for (const [index, body] of requestBodies.entries())
        surfaces.push([`the body of request ${index + 1} to GitHub`, body]);
    return surfaces.flatMap(([place, text]) => masker.visibleIn(text).map((label) => `A secret would show unmasked: ${label}, in ${place}`));
}
/** Larger files are no reports. */
const LARGEST_FILE = 16 * 1024 * 1024;
/**
 * Looks for registered secrets in the files that a run left, which users upload as artifacts.
 * @param folders searched whole
 * @param known files that were there before, by path
 */
function findLeaksInFiles(folders, known, masker) {
    return folders.flatMap((folder) => filesBelow(folder)
        .filter((file) => !known.has(file) && (0,external_node_fs_.statSync)(file).size <= LARGEST_FILE)
        .flatMap((file) => masker
        .visibleIn((0,external_node_fs_.readFileSync)(file, 'utf8'))
        .map((label) => `A secret would show unmasked: ${label}, in the file ${(0,external_node_path_.relative)(folder, file)}`)));
}
/** Regular files alone: links may lead anywhere. The runner's own command files are searched as what they mean. */
function filesBelow(folder) {
    return (0,external_node_fs_.readdirSync)(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = (0,external_node_path_.join)(folder, entry.name);
        if (entry.isDirectory())
            return entry.name === '_runner_file_commands' ? [] : filesBelow(path);
        return entry.isFile() ? [path] : [];
    });
}

;// CONCATENATED MODULE: ./build/sandbox/runner/masking.js
/** The runner's own token for a masked value. */
const MASK = '***';
/** Shorter values occur by chance in base64 or an escape, so their derived forms are not searched for. */
const SHORTEST_DERIVED = 8;
/**
 * The runner's secret masker: every occurrence of every registered value becomes `***`, and overlapping occurrences
 * become one. Values are registered from the moment they are known, so an earlier line stays as it was written.
 */
class SecretMasker {
    values = new Map();
    /**
     * Registers a value and, as the runner does, each of its lines.
     * @param label how a fault names the value, which it never shows
     */
    add(value, label) {
        for (const part of [value, ...value.split(/\r?\n/)]) {
            const trimmed = part.trim();
            if (trimmed !== '' && !this.values.has(trimmed))
                this.values.set(trimmed, label);
        }
    }
    /** The text with every registered value hidden. */
    mask(text) {
        let masked = '';
        let from = 0;
        for (const span of merged(this.spans(text))) {
            masked += text.slice(from, span.start) + MASK;
            from = span.end;
        }
        return masked + text.slice(from);
    }
    /**
     * Labels of the registered values that can be read in a text, plainly or in a form from which they are read back at
     * once: base64, percent-encoding, JSON escapes. Callers pass text that has been masked where the runner masks it.
     */
    visibleIn(text) {
        const labels = new Set();
        for (const [value, label] of this.values) {
            if (readableForms(value).some((form) => text.includes(form)))
                labels.add(label);
        }
        return [...labels];
    }
    spans(text) {
        const spans = [];
        for (const value of this.values.keys()) {
            for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
                spans.push({ start: at, end: at + value.length });
            }
        }
        return spans.sort((a, b) => a.start - b.start);
    }
}
function merged(spans) {
    const result = [];
    for (const span of spans) {
        const last = result.at(-1);
        if (last !== undefined && span.start <= last.end)
            last.end = Math.max(last.end, span.end);
        else
            result.push({ ...span });
    }
    return result;
}
function readableForms(value) {
    if (value.length < SHORTEST_DERIVED)
        return [value];
    const bytes = Buffer.from(value);
    const base64 = bytes.toString('base64').replace(/=+$/, '');
    return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), base64, bytes.toString('base64url')];
}

;// CONCATENATED MODULE: ./build/sandbox/runner/file-commands.js
/** A command file that the runner would refuse, which fails the step. */
class CommandFileError extends Error {
    name = 'CommandFileError';
}
/**
 * Reads a command file of `NAME=VALUE` lines and `NAME<<DELIMITER` blocks by the runner's grammar: whichever of `=` and
 * `<<` comes first decides, empty lines are skipped, a later value replaces an earlier one, nothing is trimmed.
 * Source of the rules: `FileCommandManager.cs` of actions/runner.
 * @throws CommandFileError for what the runner refuses
 */
function parseCommandFile(text) {
    const values = new Map();
    let position = 0;
    while (position < text.length) {
        const line = lineAt(text, position);
        position = line.next;
        if (line.text === '')
            continue;
        const equals = line.text.indexOf('=');
        const block = line.text.indexOf('<<');
        if (block >= 0 && (equals < 0 || block < equals)) {
            const read = readBlock(text, line, block);
            values.set(read.name, read.value);
            position = read.next;
        }
        else if (equals > 0) {
            values.set(line.text.slice(0, equals), line.text.slice(equals + 1));
        }
        else {
            throw new CommandFileError(`Invalid format '${line.text}'`);
        }
    }
    return Object.fromEntries(values);
}
/** Lines of a `GITHUB_PATH` file. */
function parsePathFile(text) {
    return text.split(/\r?\n/).filter((line) => line !== '');
}
function lineAt(text, position) {
    const feed = text.indexOf('\n', position);
    if (feed < 0)
        return { text: text.slice(position), next: text.length, ended: false };
    return { text: text.slice(position, feed), next: feed + 1, ended: true };
}
function readBlock(text, header, at) {
    const name = header.text.slice(0, at);
    const delimiter = header.text.slice(at + 2);
    if (name === '' || delimiter === '') {
        throw new CommandFileError(`Invalid format '${header.text}'. Name and delimiter must not be empty`);
    }
    let end = header.next;
    let position = header.next;
    while (position < text.length) {
        const line = lineAt(text, position);
        if (line.text === delimiter) {
            return { name, value: end > header.next ? text.slice(header.next, end) : '', next: line.next };
        }
        if (!line.ended)
            throw new CommandFileError(`Invalid value. The file ends inside the block of '${name}'`);
        end = line.next - 1;
        position = line.next;
    }
    throw new CommandFileError(`Invalid value. Matching delimiter not found '${delimiter}'`);
}

;// CONCATENATED MODULE: external "node:child_process"
const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
;// CONCATENATED MODULE: external "node:string_decoder"
const external_node_string_decoder_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:string_decoder");
;// CONCATENATED MODULE: ./build/sandbox/runner/process.js


/** Waits of the runner in ms (`ProcessInvoker.cs`): after SIGINT, after SIGTERM, and for streams held open by an orphan. */
const RUNNER_GRACES = { interrupt: 7_500, terminate: 2_500, streams: 5_000 };
/** Starts a JavaScript stage as the runner does: its own process group, both streams read line by line, no stdin. */
function startProcess(request) {
    const startedAt = performance.now();
    const child = (0,external_node_child_process_namespaceObject.spawn)(request.node, [request.script], {
        cwd: request.cwd,
        env: { ...request.env },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ladder = new SignalLadder(child, request.graces);
    const streams = [
        readLines(child.stdout, (text) => request.onLine(text, 'stdout')),
        readLines(child.stderr, (text) => request.onLine(text, 'stderr')),
    ];
    let timedOut = false;
    const timer = setTimeout(() => {
        timedOut = true;
        ladder.start('SIGINT');
    }, request.timeoutMs);
    const kill = () => ladder.start('SIGKILL');
    request.abort?.addEventListener('abort', kill);
    if (request.abort?.aborted === true)
        kill();
    const ended = exitOf(child)
        .then(async (exit) => {
        ladder.stop();
        await within(Promise.all(streams), request.graces.streams);
        killGroup(child);
        return { ...exit, sent: ladder.sent, timedOut, durationMs: performance.now() - startedAt };
    })
        .finally(() => {
        clearTimeout(timer);
        request.abort?.removeEventListener('abort', kill);
        child.stdout.destroy();
        child.stderr.destroy();
    });
    return { interrupt: (signal) => ladder.start(signal), ended };
}
const RUNGS = ['SIGINT', 'SIGTERM', 'SIGKILL'];
class SignalLadder {
    child;
    graces;
    sent = [];
    timer;
    constructor(child, graces) {
        this.child = child;
        this.graces = graces;
    }
    start(rung) {
        const last = this.sent.at(-1);
        if (last !== undefined && RUNGS.indexOf(rung) <= RUNGS.indexOf(last))
            return;
        this.stop();
        this.sent.push(rung);
        if (rung === 'SIGKILL')
            killGroup(this.child);
        else
            this.child.kill(rung);
        if (rung === 'SIGINT')
            this.timer = setTimeout(() => this.start('SIGTERM'), this.graces.interrupt);
        if (rung === 'SIGTERM')
            this.timer = setTimeout(() => this.start('SIGKILL'), this.graces.terminate);
    }
    stop() {
        clearTimeout(this.timer);
    }
}
function exitOf(child) {
    return new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
}
/** The tree: the child leads its own process group. Gone already is fine. */
function killGroup(child) {
    if (child.pid === undefined)
        return;
    try {
        process.kill(-child.pid, 'SIGKILL');
    }
    catch {
        // No process of the group is left.
    }
}
/** Splits at CR, LF and CRLF alone, as the runner does; other Unicode line separators stay inside a line. */
function readLines(stream, onLine) {
    const decoder = new external_node_string_decoder_namespaceObject.StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk) => {
        // A CR at the very end waits for the next chunk, which may begin with its LF.
        const parts = (rest + decoder.write(chunk)).split(/\r\n|\n|\r(?!$)/);
        rest = parts.pop() ?? '';
        for (const part of parts)
            onLine(part);
    });
    return new Promise((resolve) => {
        stream.once('close', () => {
            const last = (rest + decoder.end()).replace(/\r$/, '');
            if (last !== '')
                onLine(last);
            resolve();
        });
    });
}
function within(work, ms) {
    let timer;
    const limit = new Promise((resolve) => {
        timer = setTimeout(resolve, ms);
    });
    return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

;// CONCATENATED MODULE: ./build/sandbox/runner/workflow-commands.js
/** What the runner acts on; a line with any other name is plain text. `set-env` and `add-path` are known in order to be refused. */
const KNOWN = new Set([
    'add-mask',
    'add-matcher',
    'add-path',
    'debug',
    'echo',
    'endgroup',
    'error',
    'group',
    'notice',
    'remove-matcher',
    'save-state',
    'set-env',
    'set-output',
    'stop-commands',
    'warning',
]);
const DATA_ESCAPES = [
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%25', '%'],
];
const PROPERTY_ESCAPES = [
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%3A', ':'],
    ['%2C', ','],
    ['%25', '%'],
];
const LEGACY_ESCAPES = [
    ['%3B', ';'],
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%5D', ']'],
    ['%25', '%'],
];
/**
 * Parses one line by the runner's rules (`ActionCommand.cs` of actions/runner): `::name key=value,…::data` after leading
 * space, or the older `##[name key=value;…]data` anywhere in the line.
 * @param alsoKnown the token that ends `stop-commands`
 * @returns `null` for plain text
 */
function parseWorkflowCommand(line, alsoKnown = null) {
    return parseCurrent(line.trimStart(), alsoKnown) ?? parseLegacy(line, alsoKnown);
}
function parseCurrent(line, alsoKnown) {
    if (!line.startsWith('::'))
        return null;
    const end = line.indexOf('::', 2);
    if (end < 0)
        return null;
    const [name, properties] = splitHead(line.slice(2, end));
    if (!isKnown(name, alsoKnown))
        return null;
    return {
        name: name.toLowerCase(),
        properties: parseProperties(properties, ',', PROPERTY_ESCAPES),
        data: decode(line.slice(end + 2), DATA_ESCAPES),
    };
}
function parseLegacy(line, alsoKnown) {
    const start = line.indexOf('##[');
    const end = start < 0 ? -1 : line.indexOf(']', start);
    if (end < 0)
        return null;
    const [name, properties] = splitHead(line.slice(start + 3, end));
    if (!isKnown(name, alsoKnown))
        return null;
    return {
        name: name.toLowerCase(),
        properties: parseProperties(properties, ';', LEGACY_ESCAPES),
        data: decode(line.slice(end + 1), LEGACY_ESCAPES),
    };
}
function splitHead(head) {
    const space = head.indexOf(' ');
    return space < 0 ? [head, ''] : [head.slice(0, space), head.slice(space + 1).trim()];
}
function isKnown(name, alsoKnown) {
    return KNOWN.has(name.toLowerCase()) || (alsoKnown !== null && name.toLowerCase() === alsoKnown.toLowerCase());
}
function parseProperties(text, separator, escapes) {
    const properties = {};
    for (const pair of text.split(separator)) {
        const equals = pair.indexOf('=');
        if (equals > 0 && equals < pair.length - 1) {
            properties[pair.slice(0, equals)] = decode(pair.slice(equals + 1), escapes);
        }
    }
    return properties;
}
function decode(text, escapes) {
    return escapes.reduce((result, [code, character]) => result.replaceAll(code, character), text);
}

;// CONCATENATED MODULE: ./build/sandbox/runner/step-log.js

/** The runner keeps this many annotations of a level per step, and this many characters of each. */
const ANNOTATIONS_PER_LEVEL = 10;
const ANNOTATION_LENGTH = 4096;
/** Shown by the runner in the log with this prefix; other lines stand as they are. */
const PREFIXED = new Set([
    'debug',
    'notice',
    'warning',
    'error',
    'group',
    'endgroup',
    'command',
]);
/** Turns what a step writes into the job log: parses workflow commands, masks, groups, keeps annotations. */
class StepLog {
    options;
    lines = [];
    annotations = [];
    groups = [];
    /** Misuse of the command channel; the runner would fail the step or warn. */
    faults = [];
    droppedAnnotations = 0;
    openGroup = null;
    stopToken = null;
    masks = 0;
    constructor(options) {
        this.options = options;
    }
    /** Takes one line as the process wrote it, without its line end. */
    take(raw, stream) {
        const command = parseWorkflowCommand(raw, this.stopToken);
        if (command === null || !this.act(command, stream))
            this.show('text', raw, stream);
    }
    /** A line of the runner itself. */
    say(kind, message) {
        this.annotate(kind, { name: kind, properties: {}, data: message });
        this.show(kind, message, 'stdout');
    }
    /** The whole log, one line each, with the prefixes that the runner shows. */
    text() {
        return this.lines.map((line) => (PREFIXED.has(line.kind) ? `##[${line.kind}]${line.text}` : line.text)).join('\n');
    }
    closedGroups() {
        return this.groups;
    }
    /** @returns false for a command that is shown as plain text */
    act(command, stream) {
        if (this.stopToken !== null)
            return this.resume(command);
        switch (command.name) {
            case 'error':
            case 'warning':
            case 'notice':
                this.annotate(command.name, command);
                this.show(command.name, command.data, stream);
                return true;
            case 'group':
                this.begin(command.data, stream);
                return true;
            case 'endgroup':
                this.show('endgroup', '', stream);
                this.openGroup = null;
                return true;
            case 'debug':
                if (this.options.debug)
                    this.show('debug', command.data, stream);
                return true;
            case 'add-mask':
                this.addMask(command.data);
                return true;
            case 'stop-commands':
                this.stopToken = command.data;
                return true;
            default:
                return this.refuse(command, stream);
        }
    }
    resume(command) {
        if (command.name !== this.stopToken?.toLowerCase())
            return false;
        this.stopToken = null;
        return true;
    }
    addMask(value) {
        if (value.trim() === '') {
            this.say('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
            return;
        }
        this.masks += 1;
        this.options.masker.add(value, `value ${this.masks} of add-mask in ${this.options.stage}`);
    }
    refuse(command, stream) {
        if (command.name === 'set-env' || command.name === 'add-path') {
            this.faults.push(`The disabled command '${command.name}' was written to ${stream}`);
        }
        else if (command.name === 'set-output' || command.name === 'save-state') {
            this.faults.push(`The deprecated command '${command.name}' was written to ${stream}; use its file`);
        }
        this.show('command', command.name, stream);
        return true;
    }
    begin(title, stream) {
        const masked = this.options.masker.mask(title);
        this.openGroup = { title: masked, lines: [] };
        this.groups.push(this.openGroup);
        this.show('group', title, stream);
    }
    annotate(level, command) {
        if (this.annotations.filter((annotation) => annotation.level === level).length >= ANNOTATIONS_PER_LEVEL) {
            this.droppedAnnotations += 1;
            return;
        }
        const message = this.options.masker.mask(command.data).slice(0, ANNOTATION_LENGTH);
        this.annotations.push({ level, message, ...placeOf(command.properties) });
    }
    show(kind, text, stream) {
        const { masker, stage, onLine } = this.options;
        const group = this.openGroup;
        const line = {
            kind,
            text: masker.mask(text),
            stream,
            stage,
            ...(group === null ? {} : { group: group.title }),
        };
        this.lines.push(line);
        if (group !== null && kind !== 'group' && kind !== 'endgroup')
            group.lines.push(line);
        onLine(line);
    }
}
function placeOf(properties) {
    const number = (name) => /^\d+$/.test(properties[name] ?? '') ? Number(properties[name]) : undefined;
    const place = {
        title: properties.title,
        file: properties.file,
        line: number('line'),
        endLine: number('endLine'),
        column: number('col'),
        endColumn: number('endColumn'),
    };
    return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

;// CONCATENATED MODULE: ./build/sandbox/runner/stage.js






/** Bytes of a job summary that the runner uploads; more is not uploaded at all. */
const SUMMARY_LIMIT = 1024 * 1024;
/** Creates the five command files of a stage, empty, with names that nobody can guess. */
function createCommandFiles(temp) {
    const folder = (0,external_node_path_.join)(temp, '_runner_file_commands');
    (0,external_node_fs_.mkdirSync)(folder, { recursive: true });
    const suffix = (0,external_node_crypto_namespaceObject.randomUUID)();
    const create = (prefix) => {
        const file = (0,external_node_path_.join)(folder, `${prefix}_${suffix}`);
        (0,external_node_fs_.writeFileSync)(file, '');
        return file;
    };
    return {
        output: create('set_output'),
        state: create('save_state'),
        env: create('set_env'),
        path: create('add_path'),
        summary: create('step_summary'),
    };
}
/** Runs one stage to its end and reads what it left. */
async function runStage(request) {
    const { options } = request;
    const raw = [];
    const watch = new InterruptionWatch(request.interruptions);
    const log = new StepLog({
        stage: request.name,
        masker: request.masker,
        debug: options.debug === true,
        onLine: (line) => {
            options.onLine?.(line);
            watch.see(line);
        },
    });
    const running = startProcess({
        node: request.node,
        script: request.script,
        cwd: request.paths.workspace,
        env: request.env,
        timeoutMs: options.timeoutMs ?? 120_000,
        graces: options.graces ?? RUNNER_GRACES,
        abort: options.abort,
        onLine: (text, stream) => {
            raw.push(text);
            log.take(text, stream);
        },
    });
    watch.attach(running);
    const end = await running.ended;
    return collect(request, log, raw.join('\n'), end);
}
class InterruptionWatch {
    interruptions;
    running = null;
    constructor(interruptions) {
        this.interruptions = interruptions;
    }
    attach(running) {
        this.running = running;
        for (const { when, signal } of this.interruptions) {
            if (!(when instanceof RegExp) && typeof when !== 'function') {
                when.then(() => running.interrupt(signal), () => undefined);
            }
        }
    }
    see(line) {
        for (const { when, signal } of this.interruptions) {
            const hit = when instanceof RegExp ? when.test(line.text) : typeof when === 'function' && when(line);
            if (hit)
                this.running?.interrupt(signal);
        }
    }
}
function collect(request, log, raw, end) {
    const files = request.paths.commandFiles;
    const faults = [...log.faults];
    const parse = (file, name) => {
        try {
            return (0,external_node_fs_.existsSync)(file) ? parseCommandFile((0,external_node_fs_.readFileSync)(file, 'utf8')) : {};
        }
        catch (error) {
            if (!(error instanceof CommandFileError))
                throw error;
            log.say('error', `Unable to process file command '${name}' successfully. ${error.message}`);
            faults.push(`${request.name}: file command '${name}': ${error.message}`);
            return {};
        }
    };
    const outputs = parse(files.output, 'output');
    const state = parse(files.state, 'state');
    const env = allowedEnvironment(parse(files.env, 'env'), request.name, faults);
    const path = (0,external_node_fs_.existsSync)(files.path) ? parsePathFile((0,external_node_fs_.readFileSync)(files.path, 'utf8')) : [];
    const result = {
        ...end,
        conclusion: conclusionOf(end, faults.length > 0),
        log: log.text(),
        lines: log.lines,
        raw,
        outputs,
        state,
        summary: maskLines(readSummary(files.summary, log), request.masker),
        annotations: log.annotations,
        droppedAnnotations: log.droppedAnnotations,
        groups: log.closedGroups(),
    };
    return { name: request.name, result, env, path, killed: end.sent.includes('SIGKILL'), faults };
}
function allowedEnvironment(env, stage, faults) {
    const { NODE_OPTIONS: refused, ...allowed } = env;
    if (refused !== undefined)
        faults.push(`${stage}: Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.`);
    return allowed;
}
function readSummary(file, log) {
    if (!(0,external_node_fs_.existsSync)(file))
        return '';
    const content = (0,external_node_fs_.readFileSync)(file);
    if (content.length <= SUMMARY_LIMIT)
        return content.toString('utf8');
    const size = Math.floor(content.length / 1024);
    log.say('error', `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}k.`);
    return '';
}
function maskLines(text, masker) {
    return text
        .split('\n')
        .map((line) => masker.mask(line))
        .join('\n');
}
function conclusionOf(end, faulty) {
    if (end.timedOut)
        return 'failure';
    if (end.sent.includes('SIGINT') || end.sent.includes('SIGTERM'))
        return 'cancelled';
    return end.exitCode === 0 && !faulty ? 'success' : 'failure';
}

;// CONCATENATED MODULE: ./build/sandbox/runner/index.js











/** Characters of all outputs of a job that GitHub keeps, in UTF-16 units. */
const OUTPUTS_LIMIT = 1024 * 1024;
/** A run that broke a rule of the runner or showed a secret; `result` is what came of it. */
class RunnerFaultsError extends Error {
    faults;
    result;
    name = 'RunnerFaultsError';
    constructor(faults, result) {
        super(`The run broke the runner's rules:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
        this.faults = faults;
        this.result = result;
    }
}
/**
 * Runs a JavaScript action as GitHub's runner does: main, then post, each in a process of its own with an explicit
 * environment, fresh command files and the workspace as working directory.
 * @throws RunnerFaultsError when a command file is malformed, a disabled command is used, the outputs are over the
 *   limit, or a secret would show unmasked in the log, the summary, an annotation, an output, the state, a file or a
 *   request body
 */
async function runAction(options) {
    const metadata = readActionMetadata(options.actionFile ?? findActionFile(options.entry));
    const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)((0,external_node_os_namespaceObject.tmpdir)(), 'runner-'));
    try {
        return await new ActionRun(options, metadata, folder).run();
    }
    catch (error) {
        if (!(error instanceof RunnerFaultsError))
            (0,external_node_fs_.rmSync)(folder, { recursive: true, force: true });
        throw error;
    }
}
class ActionRun {
    options;
    metadata;
    folder;
    job;
    masker = new SecretMasker();
    workspace;
    temp;
    eventFile;
    given = new Set();
    constructor(options, metadata, folder) {
        this.options = options;
        this.metadata = metadata;
        this.folder = folder;
        this.job = jobOf(options);
        this.workspace = options.workspace ?? (0,external_node_path_.join)(folder, 'workspace');
        this.temp = (0,external_node_path_.join)(folder, 'temp');
        this.eventFile = (0,external_node_path_.join)(this.temp, '_github_workflow', 'event.json');
        this.registerSecrets();
    }
    async run() {
        this.prepareFolders();
        const main = await this.stage('main', (0,external_node_path_.resolve)(this.options.entry), 'success', null);
        const post = await this.post(main);
        const stages = post === null ? [main] : [main, post];
        const faults = this.faultsOf(stages);
        const result = {
            ...main.result,
            post: post?.result ?? null,
            workspace: this.workspace,
            temp: this.temp,
            faults,
            dispose: () => (0,external_node_fs_.rmSync)(this.folder, { recursive: true, force: true }),
        };
        if (faults.length > 0)
            throw new RunnerFaultsError(faults, result);
        return result;
    }
    registerSecrets() {
        for (const [name, value] of Object.entries(this.options.secrets ?? {}))
            this.masker.add(value, `secret ${name}`);
        this.masker.add(this.job.server.token, 'the job token');
        this.masker.add(this.job.runtimeToken, 'the runtime token');
        const identity = this.job.server.identity;
        if (identity !== undefined)
            this.masker.add(identity.requestToken, 'the identity request token');
    }
    prepareFolders() {
        (0,external_node_fs_.mkdirSync)(this.workspace, { recursive: true });
        (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)(this.eventFile), { recursive: true });
        (0,external_node_fs_.writeFileSync)(this.eventFile, JSON.stringify(this.job.event, null, 2));
        this.given.add(this.eventFile);
        for (const [path, content] of Object.entries(this.options.files ?? {})) {
            const file = (0,external_node_path_.resolve)(this.workspace, path);
            if ((0,external_node_path_.relative)(this.workspace, file).startsWith('..'))
                throw new Error(`${path} is outside the workspace.`);
            (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)(file), { recursive: true });
            (0,external_node_fs_.writeFileSync)(file, content);
            this.given.add(file);
        }
    }
    async post(main) {
        const script = this.postScript();
        const status = this.options.finalStatus ?? main.result.conclusion;
        if (script === null || this.machineGone(main) || this.options.abort?.aborted === true)
            return null;
        if (!evaluateCondition(this.metadata.postCondition, status))
            return null;
        return this.stage('post', script, status, main);
    }
    async stage(name, script, status, earlier) {
        const paths = {
            workspace: this.workspace,
            temp: this.temp,
            eventFile: this.eventFile,
            commandFiles: createCommandFiles(this.temp),
        };
        const inherited = {
            state: earlier?.result.state ?? {},
            env: earlier?.env ?? {},
            path: earlier?.path ?? [],
        };
        const request = {
            name,
            node: this.options.node ?? defaultNode(this.metadata.folder),
            script,
            paths,
            env: environmentOf(this.options, this.metadata, this.job, paths, status, inherited),
            masker: this.masker,
            options: this.options,
            interruptions: name === 'main' ? interruptionsOf(this.options) : [],
        };
        return runStage(request);
    }
    /** The bundle under test stands in for the one that action.yml names, also where both stages share it. */
    postScript() {
        const { main, post } = this.metadata;
        return post === main ? (0,external_node_path_.resolve)(this.options.entry) : post;
    }
    machineGone(main) {
        const last = main.result.sent.at(0);
        return last === 'SIGKILL' && !interruptionsOf(this.options).some(({ post }) => post === true);
    }
    faultsOf(stages) {
        const bodies = this.job.server.requestBodies?.() ?? [];
        const grammar = stages.filter((stage) => !stage.killed).flatMap((stage) => stage.faults);
        const size = stages
            .flatMap(({ result }) => Object.values(result.outputs))
            .reduce((sum, value) => sum + value.length, 0);
        const oversize = size > OUTPUTS_LIMIT ? [`The outputs are ${size} characters long; a job keeps ${OUTPUTS_LIMIT}`] : [];
        const unexpected = Object.keys(this.options.inputs ?? {})
            .filter((name) => !this.metadata.inputs.has(name))
            .map((name) => `Unexpected input '${name}': action.yml does not declare it`);
        // A workspace of the caller's may hold anything; one of our own holds what was given and what the run wrote.
        const folders = this.options.workspace === undefined ? [this.temp, this.workspace] : [this.temp];
        const leaks = findLeaks(stages, bodies, this.masker);
        return [...unexpected, ...grammar, ...oversize, ...leaks, ...findLeaksInFiles(folders, this.given, this.masker)];
    }
}
function interruptionsOf(options) {
    const signals = options.signals ?? [];
    return 'when' in signals ? [signals] : signals;
}
/** Node 24 where the action's folder has it installed, as runners do. */
function defaultNode(actionFolder) {
    const installed = (0,external_node_path_.join)(actionFolder, 'node_modules', 'node', 'bin', 'node');
    return (0,external_node_fs_.existsSync)(installed) ? installed : process.execPath;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/reply.js
/** A JSON answer. */
function json(value, status = 200, headers = {}) {
    return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
/** 200 without a body, as several services answer to DELETE and POST. */
function empty(status = 200) {
    return { status, headers: {}, body: '' };
}
/** A text answer of any type. */
function reply_text(body, contentType = 'text/plain; charset=utf-8', status = 200) {
    return { status, headers: { 'content-type': contentType }, body };
}
/** An HTML error page, as proxies and web servers in front of the API write them. */
function html(status, title) {
    const page = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n`;
    return reply_text(page, 'text/html; charset=utf-8', status);
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/json.js
/** Whether `value` is a JSON object (not a list, not null). */
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** Narrows whatever `JSON.parse` brought to `Json`; it can bring nothing else. */
function parseJson(text) {
    const parsed = JSON.parse(text);
    return parsed;
}
/**
 * Leaves out what proto-backed servers leave out: members that were never set and empty lists and strings.
 * Zeros stay; callers pass `undefined` where the server omits a zero or `false`.
 */
function compact(members) {
    const kept = {};
    for (const [key, value] of Object.entries(members)) {
        if (value === undefined || value === '')
            continue;
        if (Array.isArray(value) && value.length === 0)
            continue;
        kept[key] = value;
    }
    return kept;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/auth/oauth.js


const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
function refusal(status, error, description) {
    return json({ error, error_description: description }, status);
}
function basicCredentials(headers) {
    const [scheme, encoded] = (headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'basic' || encoded === undefined)
        return null;
    const [id, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    return [id ?? '', secret.join(':')];
}
/** Claims of a JWT without a look at its signature: the issuer is played by the tests themselves. */
function claimsOf(token) {
    try {
        const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
        if (!isObject(claims))
            return null;
        const { iss, sub, aud, exp } = claims;
        const audience = (Array.isArray(aud) ? aud : [aud]).filter((entry) => typeof entry === 'string');
        return { issuer: String(iss), subject: String(sub), audience, expires: typeof exp === 'number' ? exp : 0 };
    }
    catch {
        return null;
    }
}
/** The workspace's token endpoint: client credentials, and exchange of a federated token. */
class OAuth {
    #credentials;
    #settings;
    constructor(credentials, settings) {
        this.#credentials = credentials;
        this.#settings = settings;
    }
    register(router) {
        const discovery = (call) => this.#discovery(call);
        router.on('GET', '/oidc/.well-known/oauth-authorization-server', discovery, { open: true });
        router.on('GET', '/.well-known/databricks-config', (call) => this.#hostMetadata(call), { open: true });
        router.on('POST', '/oidc/v1/token', (call) => this.#token(call), { open: true, reads: true });
    }
    #host(call) {
        return `http://${call.headers.host ?? '127.0.0.1'}`;
    }
    #discovery(call) {
        if (!this.#settings.discovery)
            return json({ error_code: 'ENDPOINT_NOT_FOUND', message: 'Not found' }, 404);
        const host = this.#host(call);
        return json({ authorization_endpoint: `${host}/oidc/v1/authorize`, token_endpoint: `${host}/oidc/v1/token` });
    }
    #hostMetadata(call) {
        const host = this.#host(call);
        return json({
            oidc_endpoint: `${host}/oidc`,
            account_id: this.#settings.accountId,
            workspace_id: this.#settings.workspaceId,
            host_type: 'workspace',
            token_federation_default_oidc_audiences: [`${host}/oidc/v1/token`],
        });
    }
    #token(call) {
        const form = new URLSearchParams(call.rawBody.toString('utf8'));
        const grant = form.get('grant_type');
        if (grant === 'client_credentials')
            return this.#clientCredentials(call, form);
        if (grant === EXCHANGE)
            return this.#exchange(call, form);
        return refusal(400, 'unsupported_grant_type', `Grant type ${grant} is not supported.`);
    }
    #clientCredentials(call, form) {
        const [id, secret] = basicCredentials(call.headers) ?? [
            form.get('client_id') ?? '',
            form.get('client_secret') ?? '',
        ];
        const identity = this.#credentials.find(id);
        if (identity === undefined || !this.#credentials.secretFits(id, secret)) {
            return refusal(401, 'invalid_client', 'Client authentication failed');
        }
        return this.#grant(identity, this.#settings.m2mLifetime, form);
    }
    #exchange(call, form) {
        if (call.headers.authorization !== undefined) {
            return refusal(401, 'invalid_client', 'Client authentication is not part of a token exchange.');
        }
        const claims = claimsOf(form.get('subject_token') ?? '');
        if (claims === null)
            return refusal(400, 'invalid_request', 'The subject token is not a JWT.');
        if (claims.expires * 1000 <= Date.now())
            return refusal(400, 'invalid_grant', 'The subject token has expired.');
        const identity = this.#federated(claims, form.get('client_id'));
        if (identity === undefined) {
            return refusal(400, 'invalid_request', 'No federation policy accepts the issuer, subject and audience of the token.');
        }
        return this.#grant(identity, this.#settings.exchangeLifetime, form);
    }
    #federated(claims, clientId) {
        const policy = this.#settings.policies.find((candidate) => candidate.issuer === claims.issuer &&
            candidate.subject === claims.subject &&
            candidate.audiences.some((audience) => claims.audience.includes(audience)) &&
            (clientId === null || candidate.clientId === clientId));
        return policy === undefined ? undefined : this.#credentials.find(policy.clientId);
    }
    #grant(identity, lifetime, form) {
        const token = this.#credentials.issue(identity, lifetime);
        return json({
            access_token: token,
            token_type: 'Bearer',
            expires_in: lifetime,
            scope: form.get('scope') ?? 'all-apis',
        });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/auth/scim.js


/** Who am I: the cheap credential check, with the workspace's id in a header. */
function registerScim(router, workspaceId) {
    router.on('GET', '/api/2.0/preview/scim/v2/Me', ({ identity }) => json(compact({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        id: identity.id,
        userName: identity.userName,
        displayName: identity.displayName,
        active: identity.active,
        emails: identity.kind === 'user' ? [{ type: 'work', value: identity.userName, primary: true }] : [],
        groups: identity.groups.map((group) => ({ display: group.name, type: 'direct', value: group.id })),
    }), 200, { 'x-databricks-org-id': workspaceId }));
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/failure.js
/** HTTP status of each error code that the platform's services use. */
const STATUS = {
    INVALID_PARAMETER_VALUE: 400,
    BAD_REQUEST: 400,
    MALFORMED_REQUEST: 400,
    INVALID_STATE: 400,
    UNAUTHENTICATED: 401,
    PERMISSION_DENIED: 403,
    FEATURE_DISABLED: 403,
    RESOURCE_DOES_NOT_EXIST: 404,
    NOT_FOUND: 404,
    ENDPOINT_NOT_FOUND: 404,
    CATALOG_DOES_NOT_EXIST: 404,
    SCHEMA_DOES_NOT_EXIST: 404,
    RESOURCE_CONFLICT: 409,
    RESOURCE_ALREADY_EXISTS: 409,
    REQUEST_LIMIT_EXCEEDED: 429,
    INTERNAL_ERROR: 500,
    NOT_IMPLEMENTED: 501,
    TEMPORARILY_UNAVAILABLE: 503,
};
/** An answer that refuses; thrown by handlers and turned into `{error_code, message}` by the server. */
class ApiFailure extends Error {
    status;
    code;
    extra;
    /** `status` is needed only where a service departs from the usual status of the code. */
    constructor(code, message, status, extra = {}) {
        super(message);
        this.code = code;
        this.status = status ?? STATUS[code] ?? 500;
        this.extra = extra;
    }
}
/** 400 INVALID_PARAMETER_VALUE, the most frequent refusal. */
function failure_invalid(message) {
    return new ApiFailure('INVALID_PARAMETER_VALUE', message);
}
/** 404 RESOURCE_DOES_NOT_EXIST. */
function missing(message) {
    return new ApiFailure('RESOURCE_DOES_NOT_EXIST', message);
}
/** 403 PERMISSION_DENIED. */
function denied(message) {
    return new ApiFailure('PERMISSION_DENIED', message);
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/fields.js


/**
 * Typed reading of a request body, as strict as a proto-backed server: a member of the wrong JSON type is refused with
 * 400, never converted. Members that nobody reads are ignored.
 */
class Fields {
    #members;
    #where;
    constructor(members, where = '') {
        this.#members = members;
        this.#where = where;
    }
    /** The members as they came. */
    get raw() {
        return this.#members;
    }
    has(key) {
        return this.#members[key] !== undefined && this.#members[key] !== null;
    }
    #name(key) {
        return this.#where === '' ? key : `${this.#where}.${key}`;
    }
    #wrong(key, expected) {
        throw failure_invalid(`Invalid value ${JSON.stringify(this.#members[key])} for parameter '${this.#name(key)}': expected ${expected}.`);
    }
    optionalText(key) {
        const value = this.#members[key];
        if (value === undefined || value === null)
            return undefined;
        return typeof value === 'string' ? value : this.#wrong(key, 'a string');
    }
    /** A text that must be there and must not be empty. */
    text(key) {
        const value = this.optionalText(key);
        if (value === undefined || value === '')
            throw failure_invalid(`Missing value for required parameter '${this.#name(key)}'.`);
        return value;
    }
    optionalNumber(key) {
        const value = this.#members[key];
        if (value === undefined || value === null)
            return undefined;
        return typeof value === 'number' ? value : this.#wrong(key, 'a number');
    }
    optionalInteger(key) {
        const value = this.optionalNumber(key);
        if (value !== undefined && !Number.isInteger(value))
            this.#wrong(key, 'an integer');
        return value;
    }
    integer(key) {
        const value = this.optionalInteger(key);
        if (value === undefined)
            throw failure_invalid(`Missing value for required parameter '${this.#name(key)}'.`);
        return value;
    }
    optionalFlag(key) {
        const value = this.#members[key];
        if (value === undefined || value === null)
            return undefined;
        return typeof value === 'boolean' ? value : this.#wrong(key, 'a boolean');
    }
    optionalObject(key) {
        const value = this.#members[key];
        if (value === undefined || value === null)
            return undefined;
        return isObject(value) ? value : this.#wrong(key, 'an object');
    }
    list(key) {
        const value = this.#members[key];
        if (value === undefined || value === null)
            return [];
        return Array.isArray(value) ? value : this.#wrong(key, 'a list');
    }
    /** Every element of a list of objects, each with its own reader. */
    objects(key) {
        return this.list(key).map((element, index) => {
            if (!isObject(element))
                return this.#wrong(key, 'a list of objects');
            return new Fields(element, `${this.#name(key)}[${index}]`);
        });
    }
    /** A list of texts. */
    texts(key) {
        return this.list(key).map((element) => typeof element === 'string' ? element : this.#wrong(key, 'a list of strings'));
    }
    /** A map from text to text. */
    textMap(key) {
        const map = {};
        for (const [name, value] of Object.entries(this.optionalObject(key) ?? {})) {
            map[name] = typeof value === 'string' ? value : this.#wrong(key, 'a map of strings');
        }
        return map;
    }
}
/**
 * Arguments of a call by whichever way they came: query parameters and members of the body, the body winning.
 * Databricks reads both on DELETE; its own SDKs send the query, MLflow's client the body.
 */
function argumentsOf(query, body) {
    return new Fields({ ...Object.fromEntries(query), ...body.raw });
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/paging.js

function offsetOf(token) {
    const text = Buffer.from(token, 'base64url').toString('utf8');
    const match = /^offset:(\d+)$/.exec(text);
    if (match === null)
        throw failure_invalid('Invalid page token.');
    return Number(match[1]);
}
function tokenAt(offset) {
    return Buffer.from(`offset:${offset}`).toString('base64url');
}
/** One page of `all`. An empty token is the first page. */
function paging_pageOf(all, token, habits) {
    const first = token === null || token === undefined || token === '';
    if (first && habits.emptyFirst === true && all.length > 0)
        return { items: [], nextPageToken: tokenAt(0) };
    const offset = first ? 0 : offsetOf(token);
    const end = offset + habits.pageSize;
    return { items: all.slice(offset, end), nextPageToken: end < all.length ? tokenAt(end) : undefined };
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/numbers.js

/** Largest double: what the store keeps for an infinity. */
const CLAMP = Number.MAX_VALUE;
/** A metric value as MLflow writes it: NaN as text, infinities as the largest doubles. */
function metricJson(value) {
    if (Number.isNaN(value))
        return 'NaN';
    if (value === Number.POSITIVE_INFINITY)
        return CLAMP;
    return value === Number.NEGATIVE_INFINITY ? -CLAMP : value;
}
/** A metric value as clients send it. */
function metricNumber(value) {
    if (typeof value === 'number')
        return value;
    if (value === 'NaN')
        return Number.NaN;
    if (value === 'Infinity')
        return Number.POSITIVE_INFINITY;
    if (value === '-Infinity')
        return Number.NEGATIVE_INFINITY;
    throw failure_invalid(`Invalid value ${JSON.stringify(value)} for parameter 'value' supplied.`);
}
const NAME = /^[\p{L}\p{N}_\-. :/]{1,250}$/u;
/** Refuses names of metrics, parameters and tags that the server cannot take. */
function checkKey(key) {
    if (!NAME.test(key)) {
        throw failure_invalid(`Invalid name "${key}": names may only contain alphanumerics, underscores, dashes, periods, spaces, colons and slashes.`);
    }
}
function later(a, b) {
    if (a.step !== b.step)
        return a.step > b.step;
    if (a.timestamp !== b.timestamp)
        return a.timestamp > b.timestamp;
    return a.value >= b.value || Number.isNaN(a.value);
}
/** The point that a run shows for each key: the greatest by step, then time, then value. */
function latestPoints(points) {
    const latest = new Map();
    for (const point of points) {
        const known = latest.get(point.key);
        if (known === undefined || later(point, known))
            latest.set(point.key, point);
    }
    return [...latest.values()];
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/wire.js


function pairs(map) {
    return [...map].map(([key, value]) => ({ key, value }));
}
function metricBody(point, withRun) {
    return compact({
        key: point.key,
        value: metricJson(point.value),
        timestamp: point.timestamp,
        step: point.step,
        dataset_name: point.datasetName,
        dataset_digest: point.datasetDigest,
        model_id: point.modelId,
        run_id: withRun ? point.runId : undefined,
    });
}
function experimentBody(experiment) {
    return compact({
        experiment_id: experiment.id,
        name: experiment.name,
        artifact_location: experiment.artifactLocation,
        lifecycle_stage: experiment.lifecycle,
        creation_time: experiment.createdAt,
        last_update_time: experiment.updatedAt,
        tags: pairs(experiment.tags),
    });
}
function runInfo(run) {
    return compact({
        run_id: run.id,
        run_uuid: run.id,
        run_name: run.name,
        experiment_id: run.experimentId,
        user_id: run.userId,
        status: run.status,
        start_time: run.startTime,
        end_time: run.endTime ?? undefined,
        artifact_uri: run.artifactUri,
        lifecycle_stage: run.lifecycle,
    });
}
function runBody(run) {
    const inputs = run.datasets.map((dataset) => ({
        tags: dataset.context === undefined ? [] : [{ key: 'mlflow.data.context', value: dataset.context }],
        dataset: { name: dataset.name, digest: dataset.digest, source_type: 'local', source: '{}' },
    }));
    const outputs = run.modelOutputs.map((output) => ({ model_id: output.modelId, step: output.step }));
    return {
        info: runInfo(run),
        data: compact({
            metrics: latestPoints(run.metrics).map((point) => metricBody(point, false)),
            params: pairs(run.params),
            tags: pairs(run.tags),
        }),
        inputs: compact({ dataset_inputs: inputs }),
        ...(outputs.length === 0 ? {} : { outputs: { model_outputs: outputs } }),
    };
}
/** All points ever logged, unlike a run's. */
function loggedModelBody(model) {
    return {
        info: compact({
            model_id: model.id,
            experiment_id: model.experimentId,
            name: model.name,
            creation_timestamp_ms: model.createdAt,
            last_updated_timestamp_ms: model.updatedAt,
            artifact_uri: model.artifactUri,
            status: model.status,
            model_type: model.modelType,
            source_run_id: model.sourceRunId,
            tags: pairs(model.tags),
        }),
        data: compact({
            params: pairs(model.params),
            metrics: model.metrics.map((point) => metricBody(point, true)),
        }),
    };
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/stages.js

const STAGES = ['None', 'Staging', 'Production', 'Archived'];
/** A stage by its name in any letter case. */
function stageNamed(name) {
    const stage = STAGES.find((known) => known.toLowerCase() === name.toLowerCase());
    if (stage === undefined)
        throw failure_invalid(`Invalid Model Version stage: ${name}. Value must be one of None, Staging, Production, Archived.`);
    return stage;
}
/** The newest READY version of each stage that has one. */
function latestPerStage(model) {
    return STAGES.flatMap((stage) => {
        const staged = [...model.versions.values()].filter((version) => version.stage === stage && version.status === 'READY');
        return staged.sort((a, b) => b.version - a.version).slice(0, 1);
    });
}
/** Moves a version. Archiving others is a 500 for stages that are not active, as on real servers. */
function transition(model, version, name, archive, now) {
    const stage = stageNamed(name);
    if (archive && stage !== 'Staging' && stage !== 'Production') {
        throw new ApiFailure('INTERNAL_ERROR', `Model version transition cannot archive existing model versions because '${stage}' is not an active stage.`);
    }
    for (const other of archive ? model.versions.values() : []) {
        if (other === version || other.stage !== stage)
            continue;
        other.stage = 'Archived';
        other.updatedAt = now;
    }
    version.stage = stage;
    version.updatedAt = now;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/mlflow-rows.js



/** Models and versions as the MLflow registry API writes them. */
class MlflowRows {
    #store;
    #dialect;
    constructor(store, dialect) {
        this.#store = store;
        this.#dialect = dialect;
    }
    model(model, whole) {
        const aliases = [...model.aliases].map(([alias, version]) => ({ alias, version: String(version) }));
        return compact({
            name: model.name,
            creation_timestamp: model.createdAt,
            last_updated_timestamp: model.updatedAt,
            user_id: this.#dialect === 'workspace' ? model.owner : undefined,
            description: model.description,
            latest_versions: latestPerStage(model).map((version) => this.version(model, version, false)),
            tags: pairs(model.tags),
            aliases: whole && this.#dialect === 'oss' ? aliases : [],
        });
    }
    /** Plain servers never return the model id, and aliases only for a version that is asked for by itself. */
    version(model, version, whole) {
        return compact({
            name: model.name,
            version: String(version.version),
            creation_timestamp: version.createdAt,
            last_updated_timestamp: version.updatedAt,
            user_id: this.#dialect === 'workspace' ? version.createdBy : undefined,
            current_stage: version.stage,
            description: version.description,
            source: version.source,
            run_id: version.runId,
            status: version.status,
            status_message: version.statusMessage,
            tags: pairs(version.tags),
            aliases: whole && this.#dialect === 'oss' ? this.#store.aliasesOf(model, version.version) : [],
        });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/version-filter.js

const CLAUSE = /^(name|version_number|run_id|source_path|tags?\.(?:`[^`]+`|"[^"]+"|[\w.-]+))\s*(=|!=|<=|>=|<|>|LIKE|ILIKE|IN)\s*(.+)$/i;
function literal(text) {
    const match = /^'([^']*)'$|^"([^"]*)"$/.exec(text.trim());
    if (match === null)
        throw failure_invalid(`Parameter value is either not quoted or unidentified quote types used for string value ${text}.`);
    return match[1] ?? match[2] ?? '';
}
function valueIn(row, key) {
    switch (key) {
        case 'name':
            return row.model.name;
        case 'run_id':
            return row.version.runId;
        case 'source_path':
            return row.version.source;
        default:
            return row.version.tags.get(key.replace(/^tags?\./, '').replace(/^[`"]|[`"]$/g, ''));
    }
}
function like(value, pattern, flags) {
    const escaped = pattern
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('%', '.*')
        .replaceAll('_', '.');
    return new RegExp(`^${escaped}$`, flags).test(value);
}
function compareNumber(version, operator, expected) {
    if (!Number.isFinite(expected))
        throw failure_invalid('version_number must be compared with a number.');
    const results = {
        '=': version === expected,
        '!=': version !== expected,
        '<': version < expected,
        '<=': version <= expected,
        '>': version > expected,
        '>=': version >= expected,
    };
    const result = results[operator];
    if (result === undefined)
        throw failure_invalid(`Invalid comparator ${operator} for version_number.`);
    return result;
}
function holds(row, clause) {
    const match = CLAUSE.exec(clause);
    if (match === null)
        throw failure_invalid(`Invalid clause(s) in filter string: '${clause}'`);
    const [, key = '', operator = '', right = ''] = match;
    const word = operator.toUpperCase();
    if (key === 'version_number')
        return compareNumber(row.version.version, word, Number(right.replace(/^'|'$/g, '')));
    const value = valueIn(row, key);
    if (value === undefined)
        return false;
    if (word === 'IN')
        return right
            .replace(/^\(|\)$/g, '')
            .split(',')
            .map(literal)
            .includes(value);
    if (word === 'LIKE')
        return like(value, literal(right), 's');
    if (word === 'ILIKE')
        return like(value, literal(right), 'is');
    if (word !== '=' && word !== '!=')
        throw failure_invalid(`Invalid comparator ${operator} for attribute ${key}.`);
    return (value === literal(right)) === (word === '=');
}
/** Whether a version fits a filter; clauses are joined by AND, `''` fits all. */
function matchesVersion(row, filter) {
    if (filter.trim() === '')
        return true;
    if (/\sOR\s/i.test(filter))
        throw failure_invalid('Invalid clause(s) in filter string: OR is not supported');
    return filter.split(/\s+AND\s+/i).every((clause) => holds(row, clause.trim()));
}
/** Sorts by the `order_by` terms; without any, by last update, newest first. */
function orderVersions(rows, orderBy) {
    const terms = orderBy.length === 0 ? ['last_updated_timestamp DESC'] : orderBy;
    const keys = {
        name: (row) => row.model.name,
        version_number: (row) => row.version.version,
        creation_timestamp: (row) => row.version.createdAt,
        last_updated_timestamp: (row) => row.version.updatedAt,
    };
    const parsed = terms.map((term) => {
        const [name = '', direction = 'ASC'] = term.trim().split(/\s+/);
        const key = keys[name];
        if (key === undefined)
            throw failure_invalid(`Invalid order by key '${name}' specified.`);
        return { key, sign: direction.toUpperCase() === 'DESC' ? -1 : 1 };
    });
    return [...rows].sort((a, b) => {
        for (const { key, sign } of parsed) {
            if (key(a) !== key(b))
                return key(a) < key(b) ? -sign : sign;
        }
        return b.version.version - a.version.version;
    });
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/mlflow-registry.js









/** The MLflow registry API under `prefix`. */
class MlflowRegistry {
    #store;
    #habits;
    rows;
    constructor(store, habits) {
        this.#store = store;
        this.#habits = habits;
        this.rows = new MlflowRows(store, habits.dialect);
    }
    register(router, prefix) {
        const on = (method, path, handle, reads = false) => router.on(method, `${prefix}/${path}`, (call) => this.#handle(call, handle), { reads });
        on('POST', 'registered-models/create', (given, call) => this.#createModel(given, call));
        on('GET', 'registered-models/get', (given) => json({ registered_model: this.rows.model(this.#model(given), true) }));
        on('GET', 'registered-models/search', (given, call) => this.#searchModels(given, call));
        on('GET', 'registered-models/list', (given, call) => this.#searchModels(given, call));
        on('PATCH', 'registered-models/update', (given, call) => this.#updateModel(given, call));
        on('POST', 'registered-models/rename', (given, call) => this.#rename(given, call));
        on('DELETE', 'registered-models/delete', (given) => this.#deleteModel(given));
        on('POST', 'registered-models/set-tag', (given) => this.#setTag(this.#model(given).tags, given));
        on('DELETE', 'registered-models/delete-tag', (given) => this.#deleteTag(this.#model(given).tags, given));
        on('POST', 'registered-models/get-latest-versions', (given) => this.#latest(given, given.texts('stages')), true);
        on('GET', 'registered-models/get-latest-versions', (given, call) => this.#latest(given, call.query.getAll('stages')));
        on('POST', 'model-versions/create', (given, call) => this.#createVersion(given, call));
        on('GET', 'model-versions/get', (given) => this.#versionAnswer(given));
        on('GET', 'model-versions/search', (given, call) => this.#searchVersions(given, call));
        on('PATCH', 'model-versions/update', (given, call) => this.#updateVersion(given, call));
        on('DELETE', 'model-versions/delete', (given) => this.#deleteVersion(given));
        on('POST', 'model-versions/set-tag', (given) => this.#setTag(this.#version(given).tags, given));
        on('DELETE', 'model-versions/delete-tag', (given) => this.#deleteTag(this.#version(given).tags, given));
        on('POST', 'model-versions/transition-stage', (given, call) => this.#transition(given, call));
        on('GET', 'model-versions/get-download-uri', (given) => json({ artifact_uri: this.#version(given).source }));
        if (this.#habits.dialect === 'oss')
            this.#registerAliases(on);
    }
    #registerAliases(on) {
        on('GET', 'registered-models/alias', (given) => this.#getAlias(given));
        on('POST', 'registered-models/alias', (given) => this.#setAlias(given));
        on('DELETE', 'registered-models/alias', (given) => this.#deleteAlias(given));
    }
    /** A plain server reads the arguments of a DELETE from the body alone. */
    #handle(call, handle) {
        if (!this.#habits.enabled) {
            throw denied('The legacy workspace model registry is disabled for this workspace. Use models in Unity Catalog instead.');
        }
        const bodyOnly = this.#habits.dialect === 'oss' && call.method !== 'GET';
        return handle(bodyOnly ? call.body : argumentsOf(call.query, call.body), call);
    }
    #model(given) {
        const name = given.text('name');
        const model = this.#store.find(name);
        if (model === undefined)
            throw missing(`Registered Model with name=${name} not found`);
        return model;
    }
    #version(given) {
        const model = this.#model(given);
        const text = given.text('version');
        if (!/^\d+$/.test(text))
            throw failure_invalid(`Model version must be an integer, got '${text}'.`);
        const version = model.versions.get(Number(text));
        if (version === undefined)
            throw missing(`Model Version (name=${model.name}, version=${text}) not found`);
        return version;
    }
    #versionAnswer(given) {
        return json({ model_version: this.rows.version(this.#model(given), this.#version(given), true) });
    }
    #createModel(given, call) {
        const name = given.text('name');
        if (this.#habits.dialect === 'workspace' && /[/.:]/.test(name))
            throw failure_invalid(`Invalid model name '${name}': '/', '.' and ':' are not allowed.`);
        if (this.#store.find(name) !== undefined) {
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name}) already exists.`, 400);
        }
        const model = this.#store.create(name, call.identity.userName, call.now, given.optionalText('description') ?? '');
        for (const tag of given.objects('tags'))
            model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
        return json({ registered_model: this.rows.model(model, true) });
    }
    #searchModels(given, call) {
        const size = Number(given.optionalText('max_results') ?? 100);
        if (size < 1 || size > 1000)
            throw failure_invalid(`Invalid value ${size} for parameter 'max_results': at most 1000.`);
        const match = /^name\s*(=|LIKE|ILIKE)\s*'([^']*)'$/i.exec((given.optionalText('filter') ?? '').trim());
        const wanted = match?.[2]?.replaceAll('%', '');
        const fits = (model) => wanted === undefined || (match?.[1] === '=' ? model.name === wanted : model.name.includes(wanted));
        const page = paging_pageOf(this.#store.all().filter(fits), call.query.get('page_token'), { pageSize: size });
        return json(compact({
            registered_models: page.items.map((model) => this.rows.model(model, false)),
            next_page_token: page.nextPageToken,
        }));
    }
    #updateModel(given, call) {
        const model = this.#model(given);
        model.description = given.optionalText('description') ?? model.description;
        model.updatedAt = call.now;
        return json({ registered_model: this.rows.model(model, true) });
    }
    #rename(given, call) {
        const model = this.#model(given);
        this.#store.rename(model, given.text('new_name'));
        model.updatedAt = call.now;
        for (const version of model.versions.values())
            version.updatedAt = call.now;
        return json({ registered_model: this.rows.model(model, true) });
    }
    #deleteModel(given) {
        this.#store.remove(this.#model(given).name);
        return json({});
    }
    #latest(given, stages) {
        const model = this.#model(given);
        const wanted = stages.map(stageNamed);
        const versions = latestPerStage(model).filter((version) => wanted.length === 0 || wanted.includes(version.stage));
        return json(compact({ model_versions: versions.map((version) => this.rows.version(model, version, false)) }));
    }
    #createVersion(given, call) {
        const model = this.#model(given);
        const [runId, modelId] = [given.optionalText('run_id'), given.optionalText('model_id')];
        const tags = Object.fromEntries(given.objects('tags').map((tag) => [tag.text('key'), tag.optionalText('value') ?? '']));
        const version = this.#store.addVersion(model, {
            source: given.text('source'),
            description: given.optionalText('description') ?? '',
            tags,
            ...(runId ? { runId } : {}),
            ...(modelId ? { modelId } : {}),
        }, call.identity.userName, call.now);
        model.updatedAt = call.now;
        return json({ model_version: this.rows.version(model, version, true) });
    }
    #searchVersions(given, call) {
        const size = Number(given.optionalText('max_results') ?? 10_000);
        if (size < 1 || size > 200_000)
            throw failure_invalid(`Invalid value ${size} for parameter 'max_results': at most 200000.`);
        const filter = given.optionalText('filter') ?? '';
        const rows = this.#store
            .all()
            .flatMap((model) => [...model.versions.values()].map((version) => ({ model, version })))
            .filter((row) => matchesVersion(row, filter));
        const page = paging_pageOf(orderVersions(rows, call.query.getAll('order_by')), call.query.get('page_token'), {
            pageSize: size,
        });
        const bodies = page.items.map((row) => this.rows.version(row.model, row.version, false));
        return json(compact({ model_versions: bodies, next_page_token: page.nextPageToken }));
    }
    #updateVersion(given, call) {
        const version = this.#version(given);
        version.description = given.optionalText('description') ?? version.description;
        version.updatedAt = call.now;
        return this.#versionAnswer(given);
    }
    #deleteVersion(given) {
        this.#store.removeVersion(this.#model(given), this.#version(given).version);
        return json({});
    }
    /** Tags do not count as an update of the version. */
    #setTag(tags, given) {
        const [key, value] = [given.text('key'), given.optionalText('value') ?? ''];
        checkKey(key);
        if (value.length > 5000)
            throw failure_invalid(`Model version tag value '${value.slice(0, 20)}…' had length ${value.length}, which exceeded length limit of 5000`);
        tags.set(key, value);
        return json({});
    }
    #deleteTag(tags, given) {
        tags.delete(given.text('key'));
        return json({});
    }
    #transition(given, call) {
        const archive = given.raw.archive_existing_versions === true;
        transition(this.#model(given), this.#version(given), given.text('stage'), archive, call.now);
        return this.#versionAnswer(given);
    }
    #getAlias(given) {
        const model = this.#model(given);
        const alias = given.text('alias');
        const staged = latestPerStage(model);
        const target = alias.toLowerCase() === 'latest'
            ? (staged.find((version) => version.stage !== 'None') ?? staged[0])?.version
            : model.aliases.get(alias);
        if (target === undefined)
            throw failure_invalid(`Registered model alias ${alias} not found.`);
        return json({ model_version: this.rows.version(model, this.#store.version(model, target), true) });
    }
    #setAlias(given) {
        const alias = given.text('alias');
        this.#store.setAlias(this.#model(given), alias, this.#version(given).version);
        return json({});
    }
    #deleteAlias(given) {
        this.#model(given).aliases.delete(given.text('alias'));
        return json({});
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/uc-mlflow-rows.js



/** Models and versions as the MLflow-style Unity Catalog paths write them. */
class UcMlflowRows {
    #store;
    #experimentOf;
    constructor(store, experimentOf) {
        this.#store = store;
        this.#experimentOf = experimentOf;
    }
    /** Aliases and tags come with a single model or version only, never with search rows. */
    model(model, whole) {
        const aliases = [...model.aliases].map(([alias, version]) => ({ alias, version: String(version) }));
        return compact({
            name: model.name,
            creation_timestamp: model.createdAt,
            last_updated_timestamp: model.updatedAt,
            user_id: model.owner,
            description: model.description,
            ...(whole ? { aliases, tags: pairs(model.tags) } : {}),
            deployment_job_id: model.deploymentJobId,
            ...(model.deploymentJobId === '' ? {} : { deployment_job_state: 'CONNECTED' }),
        });
    }
    version(model, version, whole) {
        const aliases = this.#store
            .aliasesOf(model, version.version)
            .map((alias) => ({ alias, version: String(version.version) }));
        const job = version.deploymentJob;
        return compact({
            name: model.name,
            version: String(version.version),
            creation_timestamp: version.createdAt,
            last_updated_timestamp: version.updatedAt,
            user_id: version.createdBy,
            description: version.description,
            source: version.source,
            run_id: version.runId,
            run_experiment_id: this.#experimentOf(version.runId),
            run_tracking_server_id: version.runId === '' ? undefined : version.runWorkspaceId,
            status: version.status,
            status_message: version.statusMessage,
            storage_location: `s3://metastore/models/${model.id}/versions/${version.id}`,
            model_id: version.modelId,
            ...(whole ? { aliases, tags: pairs(version.tags) } : {}),
            model_params: Object.entries(version.params).map(([name, value]) => ({ name, value })),
            model_metrics: latestPoints(version.metrics).map((point) => metricBody(point, true)),
            ...(job === null ? {} : { deployment_job_state: this.#job(version) }),
        });
    }
    #job(version) {
        const job = version.deploymentJob;
        return compact({
            job_id: job?.jobId,
            run_id: job?.runId,
            job_state: 'CONNECTED',
            run_state: job?.runState,
            current_task_name: job?.currentTaskName,
        });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/uc-mlflow.js






const BASE = '/api/2.0/mlflow/unity-catalog';
/** The MLflow-style paths on Unity Catalog: the only ones with version tags, model metrics and deployment jobs. */
class UcMlflowModels {
    #store;
    #access;
    #habits;
    #rows;
    constructor(store, access, habits) {
        this.#store = store;
        this.#access = access;
        this.#habits = habits;
        this.#rows = new UcMlflowRows(store, habits.experimentOf);
    }
    register(router) {
        this.#on(router, 'POST', 'registered-models/create', (call, given) => this.#createModel(call, given));
        this.#on(router, 'GET', 'registered-models/get', (call, given) => this.#modelAnswer(this.#model(call, given)));
        this.#on(router, 'GET', 'registered-models/search', (call) => this.#searchModels(call));
        this.#on(router, 'PATCH', 'registered-models/update', (call, given) => this.#updateModel(call, given));
        this.#on(router, 'DELETE', 'registered-models/delete', (call, given) => this.#deleteModel(call, given));
        this.#on(router, 'GET', 'registered-models/alias', (call, given) => this.#getAlias(call, given));
        this.#on(router, 'POST', 'registered-models/alias', (call, given) => this.#setAlias(call, given));
        this.#on(router, 'DELETE', 'registered-models/alias', (call, given) => this.#deleteAlias(call, given));
        this.#on(router, 'POST', 'registered-models/set-tag', (call, given) => this.#setTag(this.#managed(call, given).tags, given));
        this.#on(router, 'DELETE', 'registered-models/delete-tag', (call, given) => this.#deleteTag(this.#managed(call, given).tags, given));
        this.#on(router, 'POST', 'model-versions/create', (call, given) => this.#createVersion(call, given));
        this.#on(router, 'GET', 'model-versions/get', (call, given) => this.#versionAnswer(call, given));
        this.#on(router, 'GET', 'model-versions/search', (call, given) => this.#searchVersions(call, given));
        this.#on(router, 'PATCH', 'model-versions/update', (call, given) => this.#updateVersion(call, given));
        this.#on(router, 'DELETE', 'model-versions/delete', (call, given) => this.#deleteVersion(call, given));
        this.#on(router, 'POST', 'model-versions/finalize', (call, given) => this.#finalise(call, given));
        this.#on(router, 'POST', 'model-versions/set-tag', (call, given) => this.#setTag(this.#ownVersion(call, given).tags, given));
        this.#on(router, 'DELETE', 'model-versions/delete-tag', (call, given) => this.#deleteTag(this.#ownVersion(call, given).tags, given));
        this.#on(router, 'GET', 'model-versions/get-download-uri', (call, given) => this.#downloadUri(call, given));
    }
    #on(router, method, path, handle) {
        router.on(method, `${BASE}/${path}`, (call) => {
            if (!this.#habits.enabled)
                throw denied('This API is not enabled for this workspace.');
            return handle(call, argumentsOf(call.query, call.body));
        });
    }
    #model(call, given) {
        const name = given.text('name');
        if (name.split('.').length !== 3)
            throw failure_invalid(`Registered model name must be catalog.schema.model, got '${name}'.`);
        this.#access.read(call.identity, name.toLowerCase());
        return this.#store.get(name);
    }
    #managed(call, given) {
        const model = this.#model(call, given);
        this.#access.manage(call.identity, model);
        return model;
    }
    #number(given) {
        const text = given.text('version');
        if (!/^\d+$/.test(text))
            throw failure_invalid(`Model version must be an integer, got '${text}'.`);
        return Number(text);
    }
    #ownVersion(call, given) {
        return this.#store.version(this.#managed(call, given), this.#number(given));
    }
    #modelAnswer(model) {
        return json({ registered_model: this.#rows.model(model, true) });
    }
    #versionAnswer(call, given) {
        const model = this.#model(call, given);
        return json({ model_version: this.#rows.version(model, this.#store.version(model, this.#number(given)), true) });
    }
    #createModel(call, given) {
        const name = given.text('name');
        const [catalog = '', schema = '', ...rest] = name.toLowerCase().split('.');
        if (rest.length !== 1)
            throw failure_invalid(`Registered model name must be catalog.schema.model, got '${name}'.`);
        this.#access.create(call.identity, catalog, schema);
        const model = this.#store.create(name, call.identity.userName, call.now, given.optionalText('description') ?? '');
        for (const tag of given.objects('tags'))
            model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
        model.deploymentJobId = given.optionalText('deployment_job_id') ?? '';
        return this.#modelAnswer(model);
    }
    #updateModel(call, given) {
        const model = this.#managed(call, given);
        const newName = given.optionalText('new_name');
        if (newName)
            this.#store.rename(model, newName);
        model.description = given.optionalText('description') ?? model.description;
        model.deploymentJobId = given.optionalText('deployment_job_id') ?? model.deploymentJobId;
        model.updatedAt = call.now;
        return this.#modelAnswer(model);
    }
    #deleteModel(call, given) {
        this.#store.remove(this.#managed(call, given).name);
        return json({});
    }
    #searchModels(call) {
        if (call.query.get('filter'))
            throw failure_invalid('Filters are not supported when searching registered models in Unity Catalog.');
        const size = Number(call.query.get('max_results') ?? 10_000);
        const page = paging_pageOf(this.#store.all(), call.query.get('page_token'), { pageSize: size });
        return json(compact({
            registered_models: page.items.map((model) => this.#rows.model(model, false)),
            next_page_token: page.nextPageToken,
        }));
    }
    #getAlias(call, given) {
        const model = this.#model(call, given);
        const version = model.aliases.get(given.text('alias'));
        if (version === undefined)
            throw missing(`Alias '${given.text('alias')}' of '${model.name}' does not exist.`);
        return json({ model_version: this.#rows.version(model, this.#store.version(model, version), true) });
    }
    #setAlias(call, given) {
        this.#store.setAlias(this.#managed(call, given), given.text('alias'), this.#number(given));
        return json({});
    }
    #deleteAlias(call, given) {
        this.#managed(call, given).aliases.delete(given.text('alias'));
        return json({});
    }
    #setTag(tags, given) {
        const [key, value] = [given.text('key'), given.optionalText('value') ?? ''];
        if (value.length > 1000)
            throw failure_invalid(`The value of tag '${key}' is too long.`);
        tags.set(key, value);
        return json({});
    }
    #deleteTag(tags, given) {
        tags.delete(given.text('key'));
        return json({});
    }
    /** A version is created pending and becomes READY when its upload is finalised. */
    #createVersion(call, given) {
        const model = this.#managed(call, given);
        const [runId, modelId] = [given.optionalText('run_id'), given.optionalText('model_id')];
        const tags = Object.fromEntries(given.objects('tags').map((tag) => [tag.text('key'), tag.optionalText('value') ?? '']));
        const version = this.#store.addVersion(model, {
            status: 'PENDING_REGISTRATION',
            source: given.text('source'),
            description: given.optionalText('description') ?? '',
            tags,
            ...(runId ? { runId } : {}),
            ...(modelId ? { modelId } : {}),
        }, call.identity.userName, call.now);
        return json({ model_version: this.#rows.version(model, version, true) });
    }
    #finalise(call, given) {
        const version = this.#ownVersion(call, given);
        version.status = 'READY';
        version.updatedAt = call.now;
        return this.#versionAnswer(call, given);
    }
    #updateVersion(call, given) {
        const version = this.#ownVersion(call, given);
        version.description = given.optionalText('description') ?? version.description;
        version.updatedAt = call.now;
        return this.#versionAnswer(call, given);
    }
    #deleteVersion(call, given) {
        this.#store.removeVersion(this.#managed(call, given), this.#number(given));
        return json({});
    }
    /** One condition only, no order. */
    #searchVersions(call, given) {
        if (given.has('order_by'))
            throw failure_invalid('order_by is not supported when searching model versions in Unity Catalog.');
        const filter = given.optionalText('filter') ?? '';
        const match = /^\s*(name|run_id)\s*=\s*(?:'([^']*)'|"([^"]*)")\s*$/.exec(filter);
        if (match === null)
            throw failure_invalid(`Unsupported filter '${filter}': expected name='…' or run_id='…'.`);
        const value = match[2] ?? match[3] ?? '';
        if (match[1] === 'name')
            this.#access.read(call.identity, value.toLowerCase());
        const models = match[1] === 'name' ? [this.#store.get(value)] : this.#store.all();
        const rows = models.flatMap((model) => [...model.versions.values()]
            .filter((version) => match[1] === 'name' || version.runId === value)
            .map((version) => this.#rows.version(model, version, false)));
        const size = Number(given.optionalText('max_results') ?? 10_000);
        const page = paging_pageOf(rows, given.optionalText('page_token'), { pageSize: size });
        return json(compact({ model_versions: page.items, next_page_token: page.nextPageToken }));
    }
    #downloadUri(call, given) {
        const model = this.#model(call, given);
        const version = this.#store.version(model, this.#number(given));
        return json({
            artifact_uri: version.source.startsWith('models:/')
                ? version.source
                : `s3://metastore/models/${model.id}/versions/${version.id}`,
        });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/unity-catalog-rows.js

/** Models, versions and aliases as the documented Unity Catalog paths write them. */
class UnityCatalogRows {
    #store;
    #metastoreId;
    constructor(store, metastoreId) {
        this.#store = store;
        this.#metastoreId = metastoreId;
    }
    alias(model, alias, version) {
        const [catalog, schema, name] = model.name.split('.');
        return {
            alias_name: alias,
            version_num: version,
            id: model.id,
            catalog_name: catalog,
            schema_name: schema,
            model_name: name,
        };
    }
    model(model, aliases) {
        const [catalog, schema, name] = model.name.split('.');
        const rows = [...model.aliases].map(([alias, version]) => this.alias(model, alias, version));
        return compact({
            name,
            catalog_name: catalog,
            schema_name: schema,
            full_name: model.name,
            owner: model.owner,
            id: model.id,
            metastore_id: this.#metastoreId,
            comment: model.description,
            created_at: model.createdAt,
            created_by: model.owner,
            updated_at: model.updatedAt,
            updated_by: model.owner,
            storage_location: `s3://metastore/models/${model.id}`,
            ...(aliases ? { aliases: rows } : {}),
        });
    }
    version(model, version, aliases) {
        const [catalog, schema, name] = model.name.split('.');
        const rows = this.#store
            .aliasesOf(model, version.version)
            .map((alias) => this.alias(model, alias, version.version));
        return compact({
            catalog_name: catalog,
            schema_name: schema,
            model_name: name,
            version: version.version,
            status: version.status,
            run_id: version.runId,
            run_workspace_id: version.runId === '' ? undefined : Number(version.runWorkspaceId),
            source: version.source,
            storage_location: `s3://metastore/models/${model.id}/versions/${version.id}`,
            comment: version.description,
            created_at: version.createdAt,
            created_by: version.createdBy,
            updated_at: version.updatedAt,
            updated_by: version.createdBy,
            id: version.id,
            metastore_id: this.#metastoreId,
            ...(aliases ? { aliases: rows } : {}),
        });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/unity-catalog.js





const unity_catalog_BASE = '/api/2.1/unity-catalog/models';
function versionNumber(text) {
    if (!/^\d+$/.test(text))
        throw failure_invalid(`Invalid model version '${text}': expected an integer.`);
    return Number(text);
}
function flag(query, name) {
    const value = query.get(name);
    if (value !== null && value !== 'true' && value !== 'false')
        throw failure_invalid(`Query parameter ${name} must be true or false.`);
    return value === 'true';
}
/** The documented `/api/2.1/unity-catalog/models` paths. */
class UnityCatalogModels {
    #store;
    #access;
    #habits;
    #rows;
    constructor(store, access, habits) {
        this.#store = store;
        this.#access = access;
        this.#habits = habits;
        this.#rows = new UnityCatalogRows(store, habits.metastoreId);
    }
    register(router) {
        router.on('POST', unity_catalog_BASE, (call) => this.#create(call));
        router.on('GET', unity_catalog_BASE, (call) => this.#list(call));
        router.on('GET', `${unity_catalog_BASE}/{name}`, (call) => this.#get(call));
        router.on('PATCH', `${unity_catalog_BASE}/{name}`, (call) => this.#update(call));
        router.on('DELETE', `${unity_catalog_BASE}/{name}`, (call) => this.#remove(call));
        router.on('GET', `${unity_catalog_BASE}/{name}/versions`, (call) => this.#listVersions(call));
        router.on('GET', `${unity_catalog_BASE}/{name}/versions/{version}`, (call) => this.#getVersion(call));
        router.on('PATCH', `${unity_catalog_BASE}/{name}/versions/{version}`, (call) => this.#updateVersion(call));
        router.on('DELETE', `${unity_catalog_BASE}/{name}/versions/{version}`, (call) => this.#removeVersion(call));
        router.on('GET', `${unity_catalog_BASE}/{name}/aliases/{alias}`, (call) => this.#getAlias(call));
        router.on('PUT', `${unity_catalog_BASE}/{name}/aliases/{alias}`, (call) => this.#setAlias(call));
        router.on('DELETE', `${unity_catalog_BASE}/{name}/aliases/{alias}`, (call) => this.#removeAlias(call));
    }
    #named(call) {
        const name = call.params.name ?? '';
        if (name.split('.').length !== 3)
            throw failure_invalid(`'${name}' is not a valid name: expected catalog.schema.model.`);
        this.#access.read(call.identity, name.toLowerCase());
        return this.#store.get(name);
    }
    #managed(call) {
        const model = this.#named(call);
        this.#access.manage(call.identity, model);
        return model;
    }
    #create(call) {
        const [catalog, schema, name] = [
            call.body.text('catalog_name'),
            call.body.text('schema_name'),
            call.body.text('name'),
        ];
        if (/[./\s]/.test(name))
            throw failure_invalid(`Invalid model name '${name}'.`);
        this.#access.create(call.identity, catalog.toLowerCase(), schema.toLowerCase());
        const comment = call.body.optionalText('comment') ?? '';
        const model = this.#store.create(`${catalog}.${schema}.${name}`, call.identity.userName, call.now, comment);
        return json(this.#rows.model(model, false));
    }
    #visible(call, model) {
        try {
            this.#access.read(call.identity, model.name);
            return true;
        }
        catch (thrown) {
            if (thrown instanceof ApiFailure)
                return false;
            throw thrown;
        }
    }
    #list(call) {
        const [catalog, schema] = [call.query.get('catalog_name'), call.query.get('schema_name')];
        if ((catalog === null) !== (schema === null))
            throw failure_invalid('Give both catalog_name and schema_name or neither.');
        const prefix = catalog === null ? '' : `${catalog}.${schema}.`.toLowerCase();
        const models = this.#store.all().filter((model) => model.name.startsWith(prefix) && this.#visible(call, model));
        const page = paging_pageOf(models, call.query.get('page_token'), { pageSize: this.#pageSize(call) });
        return json(compact({
            registered_models: page.items.map((model) => this.#rows.model(model, false)),
            next_page_token: page.nextPageToken,
        }));
    }
    #pageSize(call) {
        const asked = Number(call.query.get('max_results') ?? '0');
        if (!Number.isInteger(asked) || asked < 0)
            throw failure_invalid('max_results must not be negative.');
        return asked === 0 ? this.#habits.pageSize : Math.min(asked, 1000);
    }
    #get(call) {
        return json(this.#rows.model(this.#named(call), flag(call.query, 'include_aliases')));
    }
    #update(call) {
        const model = this.#managed(call);
        const newName = call.body.optionalText('new_name');
        if (newName !== undefined)
            this.#store.rename(model, [...model.name.split('.').slice(0, 2), newName].join('.'));
        model.description = call.body.optionalText('comment') ?? model.description;
        model.owner = call.body.optionalText('owner') ?? model.owner;
        model.updatedAt = call.now;
        return json(this.#rows.model(model, false));
    }
    #remove(call) {
        const model = this.#managed(call);
        if (model.versions.size > 0)
            throw new ApiFailure('INVALID_STATE', `Model '${model.name}' has versions and cannot be deleted.`);
        this.#store.remove(model.name);
        return json({});
    }
    /** Rows carry no aliases, and their order is not that of the versions. */
    #listVersions(call) {
        const model = this.#named(call);
        const registered = [...model.versions.values()];
        const versions = [1, 0].flatMap((odd) => registered.filter((_, index) => index % 2 === odd));
        const habits = { pageSize: this.#pageSize(call), emptyFirst: this.#habits.emptyFirstPage };
        const page = paging_pageOf(versions, call.query.get('page_token'), habits);
        return json(compact({
            model_versions: page.items.map((version) => this.#rows.version(model, version, false)),
            next_page_token: page.nextPageToken,
        }));
    }
    #version(call, model) {
        return this.#store.version(model, versionNumber(call.params.version ?? ''));
    }
    #getVersion(call) {
        const model = this.#named(call);
        return json(this.#rows.version(model, this.#version(call, model), flag(call.query, 'include_aliases')));
    }
    #updateVersion(call) {
        const model = this.#managed(call);
        const version = this.#version(call, model);
        version.description = call.body.optionalText('comment') ?? version.description;
        version.updatedAt = call.now;
        return json(this.#rows.version(model, version, false));
    }
    #removeVersion(call) {
        const model = this.#managed(call);
        this.#store.removeVersion(model, this.#version(call, model).version);
        return json({});
    }
    #aliased(call, model) {
        const alias = call.params.alias ?? '';
        const version = model.aliases.get(alias);
        if (version === undefined)
            throw missing(`Alias '${alias}' of registered model '${model.name}' does not exist.`);
        return version;
    }
    #getAlias(call) {
        const model = this.#named(call);
        const version = this.#store.version(model, this.#aliased(call, model));
        return json(this.#rows.version(model, version, flag(call.query, 'include_aliases')));
    }
    #setAlias(call) {
        const model = this.#managed(call);
        const alias = call.params.alias ?? '';
        const version = call.body.integer('version_num');
        this.#store.setAlias(model, alias, version);
        return json(this.#rows.alias(model, alias, version));
    }
    #removeAlias(call) {
        const model = this.#managed(call);
        this.#aliased(call, model);
        model.aliases.delete(call.params.alias ?? '');
        return empty();
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/workspace-registry.js




const ORDER = [
    'CAN_READ',
    'CAN_EDIT',
    'CAN_MANAGE_STAGING_VERSIONS',
    'CAN_MANAGE_PRODUCTION_VERSIONS',
    'CAN_MANAGE',
];
/** What the legacy registry of a workspace has beyond MLflow's: permissions by id, transitions with a comment, requests for them. */
class WorkspaceRegistry {
    requests = [];
    comments = [];
    #store;
    #registry;
    #level;
    constructor(store, registry, level) {
        this.#store = store;
        this.#registry = registry;
        this.#level = level;
    }
    register(router) {
        const base = '/api/2.0/mlflow';
        router.on('GET', `${base}/databricks/registered-models/get`, (call) => this.#get(call));
        router.on('POST', `${base}/databricks/model-versions/transition-stage`, (call) => this.#transition(call));
        router.on('POST', `${base}/transition-requests/create`, (call) => this.#request(call));
        router.on('GET', `${base}/transition-requests/list`, (call) => this.#list(call));
        router.on('POST', `${base}/transition-requests/approve`, (call) => this.#approve(call));
        router.on('POST', `${base}/transition-requests/reject`, (call) => this.#drop(call));
        router.on('DELETE', `${base}/transition-requests/delete`, (call) => this.#drop(call));
        router.on('POST', `${base}/comments/create`, (call) => this.#comment(call));
    }
    #get(call) {
        const model = this.#store.get(call.query.get('name') ?? '');
        const level = this.#level(call.identity, model);
        if (level === null)
            throw denied(`User ${call.identity.userName} may not read registered model '${model.name}'.`);
        const body = { ...this.#registry.rows.model(model, false), id: model.id, permission_level: level };
        return json({ registered_model_databricks: body });
    }
    #target(call) {
        const model = this.#store.get(call.body.text('name'));
        const version = this.#store.version(model, Number(call.body.text('version')));
        return { model, version, stage: stageNamed(call.body.text('stage')) };
    }
    #mayMove(identity, model, version, stage) {
        const production = stage === 'Production' || version.stage === 'Production';
        const needed = production ? 'CAN_MANAGE_PRODUCTION_VERSIONS' : 'CAN_MANAGE_STAGING_VERSIONS';
        const held = this.#level(identity, model);
        return held !== null && ORDER.indexOf(held) >= ORDER.indexOf(needed);
    }
    #transition(call) {
        const { model, version, stage } = this.#target(call);
        const archive = call.body.optionalFlag('archive_existing_versions');
        if (archive === undefined)
            throw failure_invalid("Missing value for required parameter 'archive_existing_versions'.");
        if (!this.#mayMove(call.identity, model, version, stage)) {
            throw denied(`User ${call.identity.userName} may not transition versions of '${model.name}' to ${stage}.`);
        }
        transition(model, version, stage, archive, call.now);
        return json({ model_version_databricks: this.#versionBody(model, version) });
    }
    #versionBody(model, version) {
        return { ...this.#registry.rows.version(model, version, true), permission_level: 'CAN_MANAGE' };
    }
    #request(call) {
        const { model, version, stage } = this.#target(call);
        const comment = call.body.optionalText('comment') ?? '';
        const request = {
            model: model.name,
            version: version.version,
            stage,
            userId: call.identity.userName,
            comment,
            at: call.now,
        };
        if (this.requests.some((known) => this.#same(known, request))) {
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', 'A transition request for this version and stage already exists.', 400);
        }
        this.requests.push(request);
        return json({ request: this.#requestBody(request) });
    }
    #same(a, b) {
        return a.model === b.model && a.version === b.version && a.stage === b.stage && a.userId === b.userId;
    }
    #requestBody(request) {
        return compact({
            to_stage: request.stage,
            user_id: request.userId,
            creation_timestamp: request.at,
            comment: request.comment,
        });
    }
    #list(call) {
        const [name, version] = [call.query.get('name'), Number(call.query.get('version'))];
        const open = this.requests.filter((request) => request.model === name && request.version === version);
        return json(compact({ requests: open.map((request) => this.#requestBody(request)) }));
    }
    #approve(call) {
        const { model, version, stage } = this.#target(call);
        if (!this.#mayMove(call.identity, model, version, stage))
            throw denied(`User ${call.identity.userName} may not approve this request.`);
        transition(model, version, stage, call.body.optionalFlag('archive_existing_versions') ?? false, call.now);
        this.#remove(model.name, version.version, stage);
        return json({ activity: { activity_type: 'APPROVED_REQUEST', to_stage: stage, creation_timestamp: call.now } });
    }
    #drop(call) {
        const given = call.body.has('name') ? call.body.raw : Object.fromEntries(call.query);
        this.#remove(String(given.name), Number(given.version), stageNamed(String(given.stage)));
        return json({});
    }
    #remove(model, version, stage) {
        const kept = this.requests.filter((request) => request.model !== model || request.version !== version || request.stage !== stage);
        this.requests.splice(0, this.requests.length, ...kept);
    }
    #comment(call) {
        const comment = {
            model: call.body.text('name'),
            version: call.body.text('version'),
            comment: call.body.text('comment'),
            at: call.now,
        };
        this.comments.push(comment);
        return json({
            comment: { id: String(this.comments.length), comment: comment.comment, creation_timestamp: call.now },
        });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/artifact-routes.js



function row(file) {
    return file.isDirectory
        ? { path: file.path, is_dir: true }
        : { path: file.path, is_dir: false, file_size: file.size };
}
function safe(path) {
    if (path.startsWith('/') || path.split('/').includes('..'))
        throw failure_invalid(`Invalid path: ${path}`);
    return path.replace(/\/$/, '');
}
/** Listing and reading of artifacts. A missing file is a 500, as on real servers: list first. */
class ArtifactRoutes {
    #store;
    #versionRoot;
    constructor(store, versionRoot) {
        this.#store = store;
        this.#versionRoot = versionRoot;
    }
    /** Paths under `prefix`; `ajax` is the prefix of the logged models' file paths. */
    register(router, prefix) {
        router.on('GET', `${prefix}/artifacts/list`, (call) => this.#list(this.#run(call), call.query.get('path') ?? ''));
        router.on('GET', `${prefix}/logged-models/{id}/artifacts/directories`, (call) => this.#list(this.#model(call), call.query.get('artifact_directory_path') ?? ''));
        router.on('GET', `${prefix}/logged-models/{id}/artifacts/files`, (call) => this.#file(this.#model(call), call.query.get('artifact_file_path') ?? ''));
    }
    /** Paths that stand at the root of the server. */
    registerRoot(router) {
        router.on('GET', '/get-artifact', (call) => this.#file(this.#run(call), call.query.get('path') ?? ''));
        router.on('GET', '/model-versions/get-artifact', (call) => this.#file(this.#version(call), call.query.get('path') ?? ''));
    }
    #run(call) {
        return this.#store.run(call.query.get('run_id') ?? call.query.get('run_uuid') ?? '').artifactUri;
    }
    #model(call) {
        return this.#store.loggedModel(call.params.id ?? '').artifactUri;
    }
    #version(call) {
        const [name, version] = [call.query.get('name') ?? '', call.query.get('version') ?? ''];
        const root = this.#versionRoot(name, version);
        if (root === null)
            throw new ApiFailure('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${name}, version=${version}) not found`);
        return root;
    }
    #list(root, folder) {
        const files = this.#store.artifacts.list(root, safe(folder)).map(row);
        return json(compact({ root_uri: root, files }));
    }
    #file(root, path) {
        const content = this.#store.artifacts.get(root, safe(path));
        if (content === undefined)
            throw new ApiFailure('INTERNAL_ERROR', `No such artifact: '${path}'`);
        return reply_text(content, 'application/octet-stream');
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/experiment-routes.js





function experiment_routes_create(store, call) {
    const experiment = store.createExperiment(call.body.text('name'), call.identity.userName, call.now);
    for (const tag of call.body.objects('tags'))
        experiment.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
    return json({ experiment_id: experiment.id });
}
function byName(store, call) {
    const name = call.query.get('experiment_name') ?? '';
    const experiment = store.experimentByName(name);
    if (experiment === undefined)
        throw missing(`Could not find experiment with name '${name}'`);
    return json({ experiment: experimentBody(experiment) });
}
function search(store, call) {
    const limit = call.body.optionalInteger('max_results') ?? Number(call.query.get('max_results') ?? 1000);
    if (limit < 1)
        throw failure_invalid(`Invalid value ${limit} for parameter 'max_results'.`);
    const filter = call.body.optionalText('filter') ?? call.query.get('filter') ?? '';
    const named = /^name\s*=\s*'([^']*)'$/i.exec(filter.trim())?.[1];
    const found = [...store.experiments.values()].filter((experiment) => named === undefined || experiment.name === named);
    const page = paging_pageOf(found, call.body.optionalText('page_token') ?? call.query.get('page_token'), { pageSize: limit });
    return json(compact({ experiments: page.items.map(experimentBody), next_page_token: page.nextPageToken }));
}
function experiment_routes_update(store, call) {
    const experiment = store.experiment(call.body.text('experiment_id'));
    experiment.name = call.body.optionalText('new_name') ?? experiment.name;
    experiment.updatedAt = call.now;
    return json({});
}
function setTag(store, call) {
    const experiment = store.experiment(call.body.text('experiment_id'));
    experiment.tags.set(call.body.text('key'), call.body.optionalText('value') ?? '');
    return json({});
}
function setLifecycle(store, call, lifecycle) {
    store.experiment(call.body.text('experiment_id')).lifecycle = lifecycle;
    return json({});
}
/** Experiments under `prefix`. */
function registerExperiments(router, store, prefix) {
    router.on('POST', `${prefix}/experiments/create`, (call) => experiment_routes_create(store, call));
    router.on('GET', `${prefix}/experiments/get`, (call) => json({ experiment: experimentBody(store.experiment(call.query.get('experiment_id') ?? '')) }));
    router.on('GET', `${prefix}/experiments/get-by-name`, (call) => byName(store, call));
    router.on('POST', `${prefix}/experiments/search`, (call) => search(store, call), { reads: true });
    router.on('GET', `${prefix}/experiments/search`, (call) => search(store, call));
    router.on('GET', `${prefix}/experiments/list`, (call) => search(store, call));
    router.on('POST', `${prefix}/experiments/update`, (call) => experiment_routes_update(store, call));
    router.on('POST', `${prefix}/experiments/set-experiment-tag`, (call) => setTag(store, call));
    router.on('POST', `${prefix}/experiments/delete`, (call) => setLifecycle(store, call, 'deleted'));
    router.on('POST', `${prefix}/experiments/restore`, (call) => setLifecycle(store, call, 'active'));
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/logged-model-routes.js





const STATUSES = [
    'LOGGED_MODEL_PENDING',
    'LOGGED_MODEL_READY',
    'LOGGED_MODEL_UPLOAD_FAILED',
];
/** A status by name, or by its number in the protocol (1 is pending). */
function logged_model_routes_statusOf(value) {
    const status = typeof value === 'number' ? STATUSES[value - 1] : STATUSES.find((known) => known === value);
    if (status === undefined)
        throw failure_invalid(`Invalid value ${String(value)} for parameter 'status' supplied.`);
    return status;
}
/** Logged models of MLflow 3, under `prefix`. */
class LoggedModelRoutes {
    #store;
    constructor(store) {
        this.#store = store;
    }
    register(router, prefix) {
        router.on('POST', `${prefix}/logged-models`, (call) => this.#create(call));
        router.on('POST', `${prefix}/logged-models/search`, (call) => this.#search(call), { reads: true });
        router.on('GET', `${prefix}/logged-models:batchGet`, (call) => this.#batch(call));
        router.on('GET', `${prefix}/logged-models/{id}`, (call) => this.#answer(this.#model(call)));
        router.on('PATCH', `${prefix}/logged-models/{id}`, (call) => this.#finalise(call));
        router.on('DELETE', `${prefix}/logged-models/{id}`, (call) => this.#remove(call));
        router.on('PATCH', `${prefix}/logged-models/{id}/tags`, (call) => this.#tags(call));
        router.on('DELETE', `${prefix}/logged-models/{id}/tags/{key}`, (call) => this.#removeTag(call));
        router.on('POST', `${prefix}/logged-models/{id}/params`, (call) => this.#params(call));
    }
    #model(call) {
        return this.#store.loggedModel(call.params.id ?? '');
    }
    #answer(model) {
        return json({ model: loggedModelBody(model) });
    }
    #create(call) {
        const { body } = call;
        const name = body.optionalText('name') ?? 'model';
        const [sourceRunId, modelType] = [body.optionalText('source_run_id'), body.optionalText('model_type')];
        const model = this.#store.createLoggedModel({
            experimentId: body.text('experiment_id'),
            name,
            ...(sourceRunId ? { sourceRunId } : {}),
            ...(modelType ? { modelType } : {}),
        }, call.now);
        for (const tag of body.objects('tags'))
            model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
        for (const param of body.objects('params'))
            model.params.set(param.text('key'), param.optionalText('value') ?? '');
        return this.#answer(model);
    }
    #search(call) {
        const limit = call.body.optionalInteger('max_results') ?? 50;
        if (limit < 1 || limit > 50)
            throw failure_invalid(`Invalid value ${limit} for parameter 'max_results': at most 50.`);
        const experiments = new Set(call.body.texts('experiment_ids'));
        const found = [...this.#store.loggedModels.values()].filter((model) => experiments.has(model.experimentId));
        const page = paging_pageOf(found, call.body.optionalText('page_token'), { pageSize: limit });
        return json(compact({ models: page.items.map(loggedModelBody), next_page_token: page.nextPageToken }));
    }
    #batch(call) {
        const ids = call.query.getAll('model_ids');
        if (ids.length > 100)
            throw failure_invalid('At most 100 models can be read at once.');
        const models = ids.flatMap((id) => this.#store.loggedModels.get(id) ?? []);
        return json(compact({ models: models.map(loggedModelBody) }));
    }
    #finalise(call) {
        const model = this.#model(call);
        model.status = logged_model_routes_statusOf(call.body.raw.status);
        model.updatedAt = call.now;
        return this.#answer(model);
    }
    #remove(call) {
        this.#store.loggedModels.delete(this.#model(call).id);
        return json({});
    }
    #tags(call) {
        const model = this.#model(call);
        for (const tag of call.body.objects('tags'))
            model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
        return this.#answer(model);
    }
    #removeTag(call) {
        this.#model(call).tags.delete(call.params.key ?? '');
        return json({});
    }
    #params(call) {
        const model = this.#model(call);
        for (const param of call.body.objects('params'))
            model.params.set(param.text('key'), param.optionalText('value') ?? '');
        return json({});
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/run-filter.js


const run_filter_CLAUSE = /^(metrics?|params?|tags?|attributes?)\.(?:`([^`]+)`|"([^"]+)"|([\w./-]+))\s*(=|!=|>=|<=|>|<|LIKE|ILIKE)\s*(?:'([^']*)'|"([^"]*)"|(-?[\d.eE+]+))$/i;
const BARE = /^([a-z_]+)(?=\s*(?:=|!=|>=|<=|>|<|\s))/i;
function attribute(run, name) {
    const known = {
        run_id: run.id,
        run_name: run.name,
        status: run.status,
        start_time: run.startTime,
        end_time: run.endTime ?? 0,
        user_id: run.userId,
        artifact_uri: run.artifactUri,
    };
    return known[name];
}
function run_filter_valueIn(run, kind, name) {
    if (kind.startsWith('metric'))
        return latestPoints(run.metrics).find((point) => point.key === name)?.value;
    if (kind.startsWith('param'))
        return run.params.get(name);
    if (kind.startsWith('tag'))
        return run.tags.get(name);
    return attribute(run, name);
}
function pattern(like, insensitive) {
    const escaped = like
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('%', '.*')
        .replaceAll('_', '.');
    return new RegExp(`^${escaped}$`, insensitive ? 'is' : 's');
}
function compare(value, operator, expected) {
    switch (operator.toUpperCase()) {
        case '=':
            return value === expected;
        case '!=':
            return value !== expected;
        case '>':
            return value > expected;
        case '>=':
            return value >= expected;
        case '<':
            return value < expected;
        case '<=':
            return value <= expected;
        default:
            return pattern(String(expected), operator.toUpperCase() === 'ILIKE').test(String(value));
    }
}
function run_filter_holds(run, clause) {
    const named = /^(metrics?|params?|tags?|attributes?)\./i.test(clause)
        ? clause
        : clause.replace(BARE, 'attributes.$1');
    const match = run_filter_CLAUSE.exec(named);
    if (match === null)
        throw failure_invalid(`Invalid clause(s) in filter string: '${clause}'`);
    const [, kind = '', quoted, doubled, plain, operator = '', single, double, number] = match;
    const value = run_filter_valueIn(run, kind.toLowerCase(), quoted ?? doubled ?? plain ?? '');
    if (value === undefined)
        return false;
    return compare(value, operator, number === undefined ? (single ?? double ?? '') : Number(number));
}
/** Whether a run fits a search filter: clauses over metrics, params, tags and attributes, joined by AND. */
function matchesRun(run, filter) {
    if (filter.trim() === '')
        return true;
    if (/\sOR\s/i.test(filter))
        throw failure_invalid('Invalid clause(s) in filter string: OR is not supported');
    return filter.split(/\s+AND\s+/i).every((clause) => run_filter_holds(run, clause.trim()));
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/run-routes.js







const run_routes_STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
function run_routes_statusOf(fields) {
    const given = fields.optionalText('status');
    const status = run_routes_STATUSES.find((known) => known === given);
    if (given !== undefined && status === undefined)
        throw failure_invalid(`Invalid value ${given} for parameter 'status' supplied.`);
    return status;
}
function pointOf(fields, now) {
    const key = fields.text('key');
    checkKey(key);
    const [modelId, name, digest] = ['model_id', 'dataset_name', 'dataset_digest'].map((field) => fields.optionalText(field));
    return {
        key,
        value: metricNumber(fields.raw.value),
        timestamp: fields.optionalInteger('timestamp') ?? now,
        step: fields.optionalInteger('step') ?? 0,
        ...(modelId ? { modelId } : {}),
        ...(name ? { datasetName: name } : {}),
        ...(digest ? { datasetDigest: digest } : {}),
    };
}
/** Runs, their metrics, parameters and tags. `prefix` is `/api/2.0/mlflow` or its twin under `/ajax-api`. */
class RunRoutes {
    #store;
    #habits;
    constructor(store, habits) {
        this.#store = store;
        this.#habits = habits;
    }
    register(router, prefix) {
        router.on('GET', `${prefix}/runs/get`, (call) => json({ run: runBody(this.#read(call)) }));
        router.on('POST', `${prefix}/runs/create`, (call) => this.#create(call));
        router.on('POST', `${prefix}/runs/update`, (call) => this.#update(call));
        router.on('POST', `${prefix}/runs/delete`, (call) => this.#setLifecycle(call, 'deleted'));
        router.on('POST', `${prefix}/runs/restore`, (call) => this.#setLifecycle(call, 'active'));
        router.on('POST', `${prefix}/runs/search`, (call) => this.#search(call), { reads: true });
        router.on('POST', `${prefix}/runs/set-tag`, (call) => this.#setTag(call));
        router.on('POST', `${prefix}/runs/delete-tag`, (call) => this.#deleteTag(call));
        router.on('POST', `${prefix}/runs/log-metric`, (call) => this.#logMetric(call));
        router.on('POST', `${prefix}/runs/log-parameter`, (call) => this.#logParameter(call));
        router.on('POST', `${prefix}/runs/log-batch`, (call) => this.#logBatch(call));
        router.on('POST', `${prefix}/runs/log-inputs`, (call) => this.#logInputs(call));
        router.on('POST', `${prefix}/runs/outputs`, (call) => this.#logOutputs(call));
        router.on('GET', `${prefix}/metrics/get-history`, (call) => this.#history(call));
    }
    #runId(call) {
        const id = call.query.get('run_id') ?? call.query.get('run_uuid');
        if (id === null || id === '')
            throw failure_invalid("Missing value for required parameter 'run_id'.");
        return id;
    }
    #read(call) {
        const run = this.#store.run(this.#runId(call));
        if (!this.#habits.readable(call.identity, run.experimentId)) {
            throw denied(`User ${call.identity.userName} does not have permission to 'View' experiment with id ${run.experimentId}.`);
        }
        return run;
    }
    #written(call) {
        return this.#store.writableRun(call.body.optionalText('run_id') ?? call.body.text('run_uuid'));
    }
    #create(call) {
        const { body, now } = call;
        const name = body.optionalText('run_name');
        const startTime = body.optionalInteger('start_time');
        const experimentId = body.text('experiment_id');
        const run = this.#store.createRun({ experimentId, userId: call.identity.userName, ...(name ? { name } : {}), ...(startTime ? { startTime } : {}) }, now);
        for (const tag of body.objects('tags'))
            run.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
        run.name = run.tags.get('mlflow.runName') ?? run.name;
        return json({ run: runBody(run) });
    }
    #update(call) {
        const run = this.#written(call);
        run.status = run_routes_statusOf(call.body) ?? run.status;
        run.endTime = call.body.optionalInteger('end_time') ?? run.endTime;
        run.name = call.body.optionalText('run_name') ?? run.name;
        return json({ run_info: runInfo(run) });
    }
    #setLifecycle(call, lifecycle) {
        this.#store.run(call.body.text('run_id')).lifecycle = lifecycle;
        return json({});
    }
    #search(call) {
        const { body } = call;
        const limit = body.optionalInteger('max_results') ?? 1000;
        if (limit < 1 || limit > 50_000)
            throw failure_invalid(`Invalid value ${limit} for parameter 'max_results': at most 50000.`);
        const experiments = new Set(body.texts('experiment_ids'));
        const view = body.optionalText('run_view_type') ?? 'ACTIVE_ONLY';
        const filter = body.optionalText('filter') ?? '';
        const found = [...this.#store.runs.values()]
            .filter((run) => experiments.has(run.experimentId))
            .filter((run) => view === 'ALL' || run.lifecycle === (view === 'DELETED_ONLY' ? 'deleted' : 'active'))
            .filter((run) => matchesRun(run, filter))
            .sort((a, b) => b.startTime - a.startTime);
        const page = paging_pageOf(found, body.optionalText('page_token'), { pageSize: limit });
        return json(compact({ runs: page.items.map(runBody), next_page_token: page.nextPageToken }));
    }
    #tag(run, fields) {
        const [key, value] = [fields.text('key'), fields.optionalText('value') ?? ''];
        checkKey(key);
        if (value.length > this.#habits.maxTagValue)
            throw failure_invalid(`Tag value '${value.slice(0, 20)}…' had length ${value.length}, which exceeded length limit of ${this.#habits.maxTagValue}`);
        run.tags.set(key, value);
        if (key === 'mlflow.runName')
            run.name = value;
    }
    #setTag(call) {
        this.#tag(this.#written(call), call.body);
        return json({});
    }
    #deleteTag(call) {
        const run = this.#written(call);
        const key = call.body.text('key');
        if (!run.tags.delete(key))
            throw new ApiFailure('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in run with id ${run.id}`);
        return json({});
    }
    #logMetric(call) {
        this.#store.logMetric(this.#written(call), pointOf(call.body, call.now));
        return json({});
    }
    #param(run, fields) {
        const [key, value] = [fields.text('key'), fields.optionalText('value') ?? ''];
        checkKey(key);
        const known = run.params.get(key);
        if (known !== undefined && known !== value) {
            throw failure_invalid(`Changing param values is not allowed. Param with key='${key}' was already logged with value='${known}'.`);
        }
        run.params.set(key, value);
    }
    #logParameter(call) {
        this.#param(this.#written(call), call.body);
        return json({});
    }
    #logBatch(call) {
        const run = this.#written(call);
        const points = call.body.objects('metrics').map((metric) => pointOf(metric, call.now));
        for (const param of call.body.objects('params'))
            this.#param(run, param);
        for (const tag of call.body.objects('tags'))
            this.#tag(run, tag);
        for (const point of points)
            this.#store.logMetric(run, point);
        return json({});
    }
    #logInputs(call) {
        const run = this.#written(call);
        for (const input of call.body.objects('datasets')) {
            const dataset = input.optionalObject('dataset') ?? {};
            const context = input.objects('tags').find((tag) => tag.optionalText('key') === 'mlflow.data.context');
            const value = context?.optionalText('value');
            run.datasets.push({
                name: String(dataset.name ?? ''),
                digest: String(dataset.digest ?? ''),
                ...(value === undefined ? {} : { context: value }),
            });
        }
        return json({});
    }
    #logOutputs(call) {
        const run = this.#written(call);
        for (const output of call.body.objects('models')) {
            const modelId = output.text('model_id');
            if (run.modelOutputs.some((known) => known.modelId === modelId))
                continue;
            run.modelOutputs.push({ modelId, step: output.optionalInteger('step') ?? 0 });
        }
        return json({});
    }
    #history(call) {
        const run = this.#read(call);
        const key = call.query.get('metric_key') ?? '';
        const asked = call.query.get('max_results');
        const limit = asked === null ? this.#habits.maxHistory : Number(asked);
        if (!Number.isInteger(limit) || limit < 1 || limit > this.#habits.maxHistory) {
            throw failure_invalid(`Invalid value ${asked} for parameter 'max_results': at most ${this.#habits.maxHistory}.`);
        }
        const points = run.metrics
            .filter((point) => point.key === key)
            .sort((a, b) => a.timestamp - b.timestamp || a.step - b.step || a.value - b.value);
        if (asked === null && this.#habits.historyPagingBug && points.length > 0)
            return json({ next_page_token: 'b2Zmc2V0OjA' });
        const page = paging_pageOf(points, call.query.get('page_token'), { pageSize: limit });
        return json(compact({ metrics: page.items.map((point) => metricBody(point, false)), next_page_token: page.nextPageToken }));
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/assembly.js




/** Address of the files of a version, following `models:/` sources; `null` when the version is not known. */
function versionRoot(tracking, registryOf, name, version) {
    const found = registryOf(name).findVersion(name, Number(version));
    if (found === undefined)
        return null;
    const logged = /^models:\/(m-[^/]+)$/.exec(found.source)?.[1];
    if (logged !== undefined)
        return tracking.loggedModels.get(logged)?.artifactUri ?? null;
    const copied = /^models:\/(.+)\/(\d+)$/.exec(found.source);
    if (copied !== null)
        return versionRoot(tracking, registryOf, copied[1] ?? '', copied[2] ?? '');
    return found.source;
}
/** All tracking paths under each of the prefixes, and the artifact paths at the root. */
function registerTracking(router, tracking, registryOf, prefixes, habits) {
    const artifacts = new ArtifactRoutes(tracking, (name, version) => versionRoot(tracking, registryOf, name, version));
    const runs = new RunRoutes(tracking, habits);
    const loggedModels = new LoggedModelRoutes(tracking);
    for (const prefix of prefixes) {
        registerExperiments(router, tracking, prefix);
        runs.register(router, prefix);
        artifacts.register(router, prefix);
        loggedModels.register(router, prefix);
    }
    artifacts.registerRoot(router);
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/assembly.js








const EXPERIMENT_LEVELS = ['CAN_READ', 'CAN_EDIT', 'CAN_MANAGE'];
const PREFIXES = ['/api/2.0/mlflow', '/ajax-api/2.0/mlflow'];
const REGISTRY_LEVELS = [
    'CAN_READ',
    'CAN_EDIT',
    'CAN_MANAGE_STAGING_VERSIONS',
    'CAN_MANAGE_PRODUCTION_VERSIONS',
    'CAN_MANAGE',
];
function registerAuth(router, { options, credentials, workspaceId }) {
    new OAuth(credentials, {
        policies: options.federation ?? [],
        m2mLifetime: options.tokenLifetimes?.m2m ?? 3600,
        exchangeLifetime: options.tokenLifetimes?.exchange ?? 298,
        discovery: options.oauthDiscovery ?? true,
        workspaceId,
        accountId: '00000000-0000-4000-8000-0000000acc01',
    }).register(router);
    registerScim(router, workspaceId);
}
function registerUnityCatalog(router, { options, unityCatalog, access, tracking, metastoreId }) {
    new UnityCatalogModels(unityCatalog, access, {
        metastoreId,
        pageSize: options.pageSize ?? 100,
        emptyFirstPage: options.emptyFirstPage ?? false,
    }).register(router);
    new UcMlflowModels(unityCatalog, access, {
        experimentOf: (runId) => tracking.runs.get(runId)?.experimentId,
        enabled: options.ucMlflowPaths ?? true,
    }).register(router);
}
function registerWorkspaceRegistry(router, { options, registry, permissions }) {
    const mlflow = new MlflowRegistry(registry, { dialect: 'workspace', enabled: options.workspaceRegistry ?? true });
    const owner = (id) => registry.all().find((model) => model.id === id)?.owner ?? null;
    permissions.protect({ type: 'registered-models', objectType: 'registered-model', levels: REGISTRY_LEVELS, owner });
    for (const prefix of PREFIXES)
        mlflow.register(router, prefix);
    new WorkspaceRegistry(registry, mlflow, (identity, model) => {
        const held = permissions.level('registered-models', model.id, identity);
        return REGISTRY_LEVELS.find((level) => level === held) ?? null;
    }).register(router);
}
/** All routes of a Databricks workspace. */
function registerDatabricks(router, parts) {
    registerAuth(router, parts);
    parts.serving.register(router);
    parts.platform.register(router);
    registerUnityCatalog(router, parts);
    registerWorkspaceRegistry(router, parts);
    const owner = (id) => parts.tracking.experiments.get(id)?.owner ?? null;
    parts.permissions.protect({ type: 'experiments', objectType: 'mlflowExperiment', levels: EXPERIMENT_LEVELS, owner });
    const readable = (identity, experiment) => parts.permissions.reaches('experiments', experiment, identity, 'CAN_READ');
    const habits = { maxHistory: 25_000, historyPagingBug: false, maxTagValue: 5000, readable };
    registerTracking(router, parts.tracking, parts.registryOf, PREFIXES, habits);
    parts.permissions.register(router);
}
/** All routes of a plain MLflow server. */
function registerMlflow(router, parts) {
    router.on('GET', '/health', () => reply_text('OK'), { open: true });
    router.on('GET', '/version', () => reply_text('3.6.0'), { open: true });
    const registry = new MlflowRegistry(parts.registry, { dialect: 'oss', enabled: true });
    for (const prefix of PREFIXES)
        registry.register(router, prefix);
    const habits = {
        maxHistory: 50_000,
        historyPagingBug: parts.options.historyPagingBug ?? false,
        maxTagValue: 8000,
        readable: () => true,
    };
    registerTracking(router, parts.tracking, parts.registryOf, PREFIXES, habits);
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/auth/mlflow-auth.js

/** Who calls a plain MLflow server: nobody in particular, unless it asks for credentials. */
function mlflowCaller(identity, expected, authorization) {
    if (expected === undefined)
        return identity;
    const wanted = 'token' in expected
        ? `Bearer ${expected.token}`
        : `Basic ${Buffer.from(`${expected.username}:${expected.password}`).toString('base64')}`;
    if (authorization !== wanted)
        throw new ApiFailure('UNAUTHENTICATED', 'You are not authenticated.');
    return identity;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/time/random.js
/** Small seeded generator (mulberry32): the same seed gives the same traffic. */
function seeded(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}
/** A standard normal draw (Box and Muller). */
function normal(random) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
}
/** Waiting time of a Poisson process with `perMs` events a millisecond. */
function exponential(random, perMs) {
    return -Math.log(1 - random()) / perMs;
}
/** `length` lower-case hex digits, for ids. */
function hex(random, length) {
    let digits = '';
    while (digits.length < length)
        digits += Math.floor(random() * 16).toString(16);
    return digits;
}
/** A UUID of version 4. */
function uuid(random) {
    const digits = hex(random, 30);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-a${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/auth/tokens.js


/** Identities of the workspace and every credential that was handed out for them. */
class Credentials {
    #random;
    #tokens = new Map();
    #identities = new Map();
    #secrets = new Map();
    #groups = new Map();
    constructor(random) {
        this.#random = random;
    }
    /** Adds an identity and gives back a personal access token for it. */
    add(options) {
        const identity = {
            id: String(7000 + this.#identities.size),
            kind: options.kind ?? (options.userName.includes('@') ? 'user' : 'service-principal'),
            userName: options.userName,
            displayName: options.displayName ?? options.userName,
            groups: (options.groups ?? []).map((name) => ({ id: this.#groupId(name), name })),
            admin: options.admin ?? false,
            active: options.active ?? true,
        };
        const token = options.token ?? `dapi${hex(this.#random, 32)}`;
        this.#identities.set(identity.userName, identity);
        this.#tokens.set(token, { identity, expiresAt: null });
        if (options.clientSecret !== undefined)
            this.#secrets.set(identity.userName, options.clientSecret);
        return { identity, token };
    }
    #groupId(name) {
        const known = this.#groups.get(name) ?? String(9000 + this.#groups.size);
        this.#groups.set(name, known);
        return known;
    }
    find(userName) {
        return this.#identities.get(userName);
    }
    /** An identity that must be there. */
    identity(userName) {
        const identity = this.find(userName);
        if (identity === undefined)
            throw new Error(`There is no identity '${userName}'.`);
        return identity;
    }
    secretFits(clientId, secret) {
        return this.#secrets.get(clientId) === secret;
    }
    /** An OAuth access token that lives `lifetime` real seconds. */
    issue(identity, lifetime) {
        const expiresAt = performance.now() + lifetime * 1000;
        const token = `eyJ${uuid(this.#random).replaceAll('-', '')}.${hex(this.#random, 40)}.${hex(this.#random, 40)}`;
        this.#tokens.set(token, { identity, expiresAt });
        return token;
    }
    /** Makes every token of the identity invalid from now on, as a deleted secret or a removed member would. */
    revoke(userName) {
        for (const [token, held] of this.#tokens)
            if (held.identity.userName === userName)
                this.#tokens.delete(token);
    }
    /** Ends the life of every OAuth token that was issued so far. */
    expireIssued() {
        for (const held of this.#tokens.values())
            if (held.expiresAt !== null)
                held.expiresAt = 0;
    }
    /**
     * Who is calling. A bad personal access token is answered with 403 "Invalid access token.", a missing or expired
     * one with 401, as real workspaces do.
     */
    authenticate(authorization) {
        const [scheme, token] = (authorization ?? '').split(' ');
        if (token === undefined || token === '')
            throw new ApiFailure('UNAUTHENTICATED', 'Credential was not sent.');
        if (scheme?.toLowerCase() !== 'bearer')
            throw new ApiFailure('UNAUTHENTICATED', `Unsupported authorization scheme ${scheme}.`);
        const held = this.#tokens.get(token);
        if (held === undefined)
            throw denied('Invalid access token.');
        if (held.expiresAt !== null && held.expiresAt <= performance.now()) {
            throw new ApiFailure('UNAUTHENTICATED', 'The access token has expired.');
        }
        if (!held.identity.active)
            throw denied(`User ${held.identity.userName} is not an active member of this workspace.`);
        return held.identity;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/faults.js
/** Ready-made effects for what goes wrong most often. */
const effects = {
    unavailable: (when = 'before') => ({
        kind: 'status',
        status: 503,
        code: 'TEMPORARILY_UNAVAILABLE',
        message: 'The service is temporarily unavailable.',
        when,
    }),
    internal: (when = 'before') => ({
        kind: 'status',
        status: 500,
        code: 'INTERNAL_ERROR',
        message: 'An internal error occurred.',
        when,
    }),
    /** `retryAfter` in seconds; left out, the header is absent. */
    rateLimited: (retryAfter) => ({
        kind: 'status',
        status: 429,
        code: 'REQUEST_LIMIT_EXCEEDED',
        message: 'Too many requests, please try again later.',
        ...(retryAfter === undefined ? {} : { retryAfter }),
    }),
    expiredToken: () => ({
        kind: 'status',
        status: 401,
        code: 'UNAUTHENTICATED',
        message: 'Credential was not sent or was of an unsupported type for this API: the access token has expired.',
    }),
    forbidden: (message = 'User does not have permission for this operation.') => ({
        kind: 'status',
        status: 403,
        code: 'PERMISSION_DENIED',
        message,
    }),
};
function fits(match, subject) {
    if (match.method !== undefined && match.method !== subject.method)
        return false;
    if (match.path !== undefined && !match.path.test(subject.path))
        return false;
    if (match.body !== undefined && !match.body.test(subject.body))
        return false;
    if (match.from !== undefined && subject.now < match.from)
        return false;
    return match.until === undefined || subject.now < match.until;
}
function isTurn(entry) {
    const { match, times } = entry.plan;
    if (times !== undefined && entry.struck >= times)
        return false;
    if (match.nth === undefined)
        return true;
    return typeof match.nth === 'number' ? entry.seen === match.nth : match.nth.includes(entry.seen);
}
/** Scripted faults at the HTTP layer. The first that strikes decides; later ones still count what they saw. */
class Faults {
    #entries = [];
    add(plan) {
        const entry = { plan, seen: 0, struck: 0, remove: () => this.#remove(entry) };
        this.#entries.push(entry);
        return entry;
    }
    clear() {
        this.#entries.length = 0;
    }
    #remove(entry) {
        const index = this.#entries.indexOf(entry);
        if (index >= 0)
            this.#entries.splice(index, 1);
    }
    /** The effect for this request, if any. Counts, so it must be asked exactly once a request. */
    strike(subject) {
        let chosen = null;
        for (const entry of [...this.#entries]) {
            if (!fits(entry.plan.match, subject))
                continue;
            entry.seen += 1;
            if (chosen !== null || !isTurn(entry))
                continue;
            entry.struck += 1;
            chosen = entry.plan.effect;
        }
        return chosen;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/request-log.js
const SECRET_HEADERS = new Set([
    'authorization',
    'cookie',
    'x-databricks-azure-sp-management-token',
    'proxy-authorization',
]);
/** Headers as one text each, credentials replaced by the scheme alone. */
function loggableHeaders(headers) {
    const kept = {};
    for (const [name, value] of Object.entries(headers)) {
        const whole = Array.isArray(value) ? value.join(', ') : (value ?? '');
        kept[name] = SECRET_HEADERS.has(name) ? `${whole.split(' ')[0] ?? ''} ***` : whole;
    }
    return kept;
}
/** Everything that was asked of the sandbox, in order of arrival. */
class request_log_RequestLog {
    #entries = [];
    get all() {
        return this.#entries;
    }
    get length() {
        return this.#entries.length;
    }
    [Symbol.iterator]() {
        return this.#entries[Symbol.iterator]();
    }
    /** Adds an entry and gives back its position, under which `end` completes it. */
    begin(entry) {
        this.#entries.push(entry);
        return this.#entries.length - 1;
    }
    end(index, outcome) {
        const entry = this.#entries[index];
        if (entry !== undefined)
            this.#entries[index] = { ...entry, ...outcome };
    }
    /** Attempts to change state, carried out or not. Queries of a model, searches and token requests are not among them. */
    writes() {
        return this.#entries.filter((entry) => entry.writes);
    }
    matching(method, path) {
        return this.#entries.filter((entry) => entry.method === method && path.test(entry.path));
    }
    /**
     * Length of the longest chain of requests in which each began after the one before had ended: the number of
     * round trips that cannot have run side by side.
     */
    sequentialRoundTrips() {
        const ended = this.#entries.filter((entry) => entry.endedReal !== null);
        const byEnd = [...ended].sort((a, b) => (a.endedReal ?? 0) - (b.endedReal ?? 0));
        let chain = 0;
        let lastEnd = Number.NEGATIVE_INFINITY;
        for (const entry of byEnd) {
            if (entry.startedReal < lastEnd)
                continue;
            chain += 1;
            lastEnd = entry.endedReal ?? lastEnd;
        }
        return chain;
    }
    clear() {
        this.#entries.length = 0;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/router.js
/** A part `{name}` takes one segment, `{name...}` takes all that are left. Parts are decoded after the split. */
function paramsOf(segments, given) {
    const params = {};
    for (const [index, segment] of segments.entries()) {
        const value = given[index];
        if (segment.endsWith('...}')) {
            params[segment.slice(1, -4)] = given.slice(index).map(decodeURIComponent).join('/');
            return params;
        }
        if (value === undefined)
            return null;
        if (segment.startsWith('{'))
            params[segment.slice(1, -1)] = decodeURIComponent(value);
        else if (segment !== value)
            return null;
    }
    return segments.length === given.length ? params : null;
}
/** Segments of a path; one slash too many at its end, as MLflow's deployment client sends, makes no difference. */
function segmentsOf(path) {
    const segments = path.split('/').slice(1);
    return segments.length > 1 && segments.at(-1) === '' ? segments.slice(0, -1) : segments;
}
/** The table of all routes. The first that fits wins, so literal paths are registered before those with parts. */
class router_Router {
    #routes = [];
    on(method, pattern, handler, traits = {}) {
        this.#routes.push({ method, pattern, segments: pattern.split('/').slice(1), handler, ...traits });
    }
    /** Throws `URIError` for a path that is not valid percent-encoding. */
    find(method, path) {
        const given = segmentsOf(path);
        for (const route of this.#routes) {
            if (route.method !== method)
                continue;
            const params = paramsOf(route.segments, given);
            if (params !== null)
                return { route, params };
        }
        return null;
    }
    /** Whether any method is served on this path. */
    knows(path) {
        const given = segmentsOf(path);
        return this.#routes.some((route) => paramsOf(route.segments, given) !== null);
    }
}

;// CONCATENATED MODULE: external "node:timers/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");
;// CONCATENATED MODULE: ./build/sandbox/workspace/http/fault-replies.js


const CODES = {
    400: 'BAD_REQUEST',
    401: 'UNAUTHENTICATED',
    403: 'PERMISSION_DENIED',
    404: 'RESOURCE_DOES_NOT_EXIST',
    409: 'RESOURCE_CONFLICT',
    429: 'REQUEST_LIMIT_EXCEEDED',
    500: 'INTERNAL_ERROR',
    503: 'TEMPORARILY_UNAVAILABLE',
    504: 'DEADLINE_EXCEEDED',
};
const LOGIN_PAGE = '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login"></form></body></html>';
function statusReply(effect) {
    const retry = effect.retryAfter === undefined ? {} : { 'retry-after': String(effect.retryAfter) };
    const body = effect.body ?? {
        error_code: effect.code ?? CODES[effect.status] ?? 'UNKNOWN',
        message: effect.message ?? `The request ended with status ${effect.status}.`,
    };
    return json(compact(body), effect.status, retry);
}
function replyOf(effect) {
    switch (effect.kind) {
        case 'status':
            return statusReply(effect);
        case 'html':
            return html(effect.status ?? 502, effect.title ?? 'Bad Gateway');
        case 'login-page':
            return reply_text(LOGIN_PAGE, 'text/html; charset=utf-8');
        case 'empty':
            return { status: effect.status ?? 500, headers: {}, body: '' };
        case 'replace':
            return reply_text(effect.body, effect.contentType ?? 'application/json');
        default:
            return undefined;
    }
}
function isBefore(effect) {
    if (effect.kind === 'delay' || effect.kind === 'truncate')
        return false;
    if (effect.kind === 'login-page')
        return true;
    if (effect.kind === 'replace')
        return false;
    return effect.when !== 'after';
}
/** Translates an effect; `null` disturbs nothing. */
function disturbanceOf(effect) {
    if (effect === null)
        return { prevented: false, ending: 'normal', delayMs: 0 };
    const reply = replyOf(effect);
    const ending = effect.kind === 'reset' || effect.kind === 'hang' || effect.kind === 'truncate' ? effect.kind : 'normal';
    return {
        prevented: isBefore(effect),
        ending,
        delayMs: effect.kind === 'delay' ? effect.ms : 0,
        ...(reply === undefined ? {} : { reply }),
    };
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/http/server.js








const NOBODY = {
    id: '',
    kind: 'user',
    userName: '',
    displayName: '',
    groups: [],
    admin: false,
    active: true,
};
async function server_bodyOf(request) {
    const chunks = [];
    for await (const chunk of request)
        chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
}
function decoded(path) {
    try {
        return decodeURIComponent(path);
    }
    catch {
        return path;
    }
}
/** A JSON body must be declared as such; other bodies are for the handlers that read them raw. */
function fieldsOf(body, contentType) {
    if (body.length === 0 || contentType === undefined || !contentType.includes('json'))
        return new Fields({});
    try {
        const parsed = parseJson(body.toString('utf8'));
        if (isObject(parsed))
            return new Fields(parsed);
    }
    catch {
        throw new ApiFailure('MALFORMED_REQUEST', 'Invalid JSON given in the body of the request - failed to parse given JSON');
    }
    throw new ApiFailure('MALFORMED_REQUEST', 'Invalid JSON given in the body of the request - expected a map');
}
/** The HTTP side of the sandbox: one request at a time through clock, faults, credentials, handler and log. */
class WorkspaceServer {
    #parts;
    #server;
    constructor(parts) {
        this.#parts = parts;
        this.#server = (0,external_node_http_namespaceObject.createServer)((request, response) => {
            this.#serve(request, response).catch(() => response.destroy());
        });
        this.#server.keepAliveTimeout = 5000;
    }
    /** Listens on a free port of 127.0.0.1 (or on `port`) and gives back the base URL. */
    async listen(port) {
        await new Promise((resolve, reject) => {
            this.#server.once('error', reject);
            this.#server.listen(port, '127.0.0.1', resolve);
        });
        return `http://127.0.0.1:${this.#port()}`;
    }
    #port() {
        const address = this.#server.address();
        return typeof address === 'object' && address !== null ? address.port : 0;
    }
    /** Closes at once, also connections that hang. */
    async close() {
        await new Promise((resolve) => {
            this.#server.close(() => resolve());
            this.#server.closeAllConnections();
        });
    }
    async #serve(request, response) {
        const startedReal = performance.now();
        const body = await server_bodyOf(request);
        this.#parts.simulation.settle();
        const method = request.method ?? 'GET';
        const url = new URL(request.url ?? '/', 'http://localhost');
        const found = this.#find(method, url.pathname);
        const path = decoded(url.pathname);
        const entry = this.#parts.log.begin({
            method,
            path,
            query: Object.fromEntries(url.searchParams),
            body: path.startsWith('/oidc/') ? '' : body.toString('utf8'),
            headers: loggableHeaders(request.headers),
            identity: '',
            at: this.#parts.simulation.now,
            writes: method !== 'GET' && method !== 'HEAD' && found?.route.reads !== true,
            acted: false,
            status: null,
            startedReal,
            endedReal: null,
        });
        const exchange = { request, response, method, path, query: url.searchParams, body, entry };
        await this.#disturb(exchange, url.pathname, found);
    }
    #find(method, path) {
        try {
            return this.#parts.router.find(method, path);
        }
        catch {
            return null;
        }
    }
    async #disturb(exchange, rawPath, found) {
        const { method, path, body } = exchange;
        const subject = { method, path, body: body.toString('utf8'), now: this.#parts.simulation.now };
        const disturbance = disturbanceOf(this.#parts.faults.strike(subject));
        const pause = this.#parts.roundTripMs + disturbance.delayMs;
        if (pause > 0)
            await (0,promises_namespaceObject.setTimeout)(pause);
        const reply = disturbance.prevented ? undefined : await this.#answer(exchange, rawPath, found);
        this.#finish(exchange, disturbance, reply);
    }
    async #answer(exchange, rawPath, found) {
        const { request, entry, method, path } = exchange;
        const { simulation, log } = this.#parts;
        simulation.settle();
        try {
            const open = found?.route.open === true;
            const identity = open ? NOBODY : this.#parts.authenticate(request.headers.authorization);
            log.end(entry, { identity: identity.userName });
            if (found === null)
                return this.#unknown(method, rawPath);
            const { query, body } = exchange;
            const fields = fieldsOf(body, request.headers['content-type']);
            const call = {
                method,
                path,
                params: found.params,
                query,
                body: fields,
                rawBody: body,
                headers: request.headers,
                identity,
            };
            log.end(entry, { acted: true });
            const reply = await found.route.handler({ ...call, now: simulation.now });
            this.#parts.afterRequest();
            return reply;
        }
        catch (thrown) {
            return this.#refusal(thrown);
        }
    }
    #unknown(method, path) {
        if (this.#parts.unknownPaths === 'html') {
            return this.#parts.router.knows(path) ? html(405, 'Method Not Allowed') : html(404, 'Not Found');
        }
        return json({ error_code: 'ENDPOINT_NOT_FOUND', message: `No API found for '${method} ${path}'` }, 404);
    }
    #refusal(thrown) {
        if (thrown instanceof ApiFailure) {
            return json({ error_code: thrown.code, message: thrown.message, ...thrown.extra }, thrown.status);
        }
        const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
        return json({ error_code: 'INTERNAL_ERROR', message: `Fault of the sandbox itself: ${message}` }, 500);
    }
    #finish(exchange, disturbance, answered) {
        const { response, entry } = exchange;
        if (disturbance.ending === 'reset') {
            this.#parts.log.end(entry, { endedReal: performance.now() });
            response.socket?.resetAndDestroy();
            return;
        }
        if (disturbance.ending === 'hang')
            return;
        const reply = disturbance.reply ?? answered ?? { status: 500, headers: {}, body: '' };
        this.#parts.log.end(entry, { status: reply.status, endedReal: performance.now() });
        this.#write(response, reply, disturbance.ending === 'truncate');
    }
    #write(response, reply, truncated) {
        const body = Buffer.from(reply.body);
        response.sendDate = false;
        response.writeHead(reply.status, {
            ...this.#parts.headers,
            ...reply.headers,
            date: new Date(this.#parts.simulation.now).toUTCString(),
            'content-length': String(body.length),
        });
        if (!truncated) {
            response.end(body);
            return;
        }
        response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/seeding.js

function quoted(value) {
    return `'${JSON.stringify(value).replaceAll("'", "''")}'`;
}
/** An `MLmodel` file: YAML whose signature parts are JSON in strings. */
function mlModelFile(ids, seed) {
    const lines = [
        'artifact_path: model',
        'flavors:',
        '  python_function:',
        '    loader_module: mlflow.sklearn',
        '    model_path: model.pkl',
        '    python_version: 3.11.7',
        '  sklearn:',
        '    pickled_model: model.pkl',
        '    sklearn_version: 1.5.2',
        'mlflow_version: 3.6.0',
        ...(ids.modelId === '' ? [] : [`model_id: ${ids.modelId}`]),
        `model_uuid: ${ids.uuid}`,
        `run_id: ${ids.runId}`,
    ];
    if (seed.example !== undefined) {
        lines.push('saved_input_example_info:', '  artifact_path: input_example.json');
        lines.push('  serving_input_path: serving_input_example.json', '  type: dataframe');
    }
    if (seed.signature !== undefined) {
        lines.push('signature:', `  inputs: ${quoted(seed.signature.inputs)}`);
        lines.push(`  outputs: ${seed.signature.outputs === undefined ? 'null' : quoted(seed.signature.outputs)}`, '  params: null');
    }
    return `${lines.join('\n')}\n`;
}
/** Fills registry and tracking server for tests and the demo. */
class Seeding {
    #registryOf;
    #tracking;
    #clock;
    #random;
    #owner;
    #prepare;
    /** @param prepare makes the catalog and schema of a three-part name. */
    constructor(registryOf, tracking, clock, random, owner, prepare) {
        this.#registryOf = registryOf;
        this.#tracking = tracking;
        this.#clock = clock;
        this.#random = random;
        this.#owner = owner;
        this.#prepare = prepare;
    }
    version(seed) {
        const now = this.#clock.now();
        this.#prepare(seed.model, now);
        const registry = this.#registryOf(seed.model);
        const model = registry.find(seed.model) ?? registry.create(seed.model, this.#owner, now);
        const experimentId = this.#experiment(seed.experiment ?? `/Shared/${seed.model}`, now);
        const run = seed.withoutRun === true ? null : this.#run(seed, experimentId, now);
        const modelId = seed.loggedModel === true ? this.#loggedModel(seed, experimentId, run, now) : '';
        if (run !== null)
            this.#metrics(seed, run, modelId, now);
        const version = registry.addVersion(model, this.#input(seed, run, modelId), seed.createdBy ?? this.#owner, now);
        this.#files(seed, version, run, modelId);
        for (const alias of seed.aliases ?? [])
            registry.setAlias(model, alias, version.version);
        return { model: model.name, version: String(version.version), runId: run?.id ?? '', modelId, experimentId };
    }
    #experiment(name, now) {
        return (this.#tracking.experimentByName(name) ?? this.#tracking.createExperiment(name, this.#owner, now)).id;
    }
    #run(seed, experimentId, now) {
        const end = now - (seed.ageMs ?? 60_000);
        const status = seed.runStatus ?? 'FINISHED';
        const run = this.#tracking.createRun({ experimentId, name: `train-${seed.model}`, userId: this.#owner, status, startTime: end - 60_000, endTime: end }, now);
        for (const [key, value] of Object.entries(seed.params ?? {}))
            run.params.set(key, value);
        if (seed.commit !== undefined)
            run.tags.set('mlflow.source.git.commit', seed.commit);
        for (const [key, value] of Object.entries(seed.runTags ?? {}))
            run.tags.set(key, value);
        for (const { name, digest, context } of seed.datasets ?? [])
            run.datasets.push({ name, digest, ...(context === undefined ? {} : { context }) });
        if (seed.runDeleted === true)
            run.lifecycle = 'deleted';
        return run;
    }
    #loggedModel(seed, experimentId, run, now) {
        const model = this.#tracking.createLoggedModel({ experimentId, name: 'model', sourceRunId: run?.id ?? '', status: 'LOGGED_MODEL_READY' }, now);
        for (const [key, value] of Object.entries(seed.params ?? {}))
            model.params.set(key, value);
        return model.id;
    }
    #metrics(seed, run, modelId, now) {
        const timestamp = run.endTime ?? now;
        const about = modelId === '' ? {} : { modelId };
        for (const [key, value] of Object.entries(seed.metrics ?? {})) {
            this.#tracking.logMetric(run, { key, value, timestamp, step: 0, ...about });
        }
        for (const point of seed.history ?? []) {
            this.#tracking.logMetric(run, { ...point, timestamp: timestamp + point.step, ...about });
        }
        for (const dataset of seed.datasets ?? []) {
            const on = { ...about, datasetName: dataset.name, datasetDigest: dataset.digest };
            for (const [key, value] of Object.entries(dataset.metrics ?? {})) {
                this.#tracking.logMetric(run, { key, value, timestamp, step: 0, ...on });
            }
        }
    }
    #input(seed, run, modelId) {
        const source = modelId !== '' ? `models:/${modelId}` : run === null ? 'dbfs:/elsewhere/model' : `${run.artifactUri}/model`;
        const metrics = seed.versionMetrics === true ? (run?.metrics ?? []) : [];
        return {
            ...(seed.version === undefined ? {} : { version: seed.version }),
            ...(seed.status === undefined ? {} : { status: seed.status }),
            ...(seed.runWorkspaceId === undefined ? {} : { runWorkspaceId: seed.runWorkspaceId }),
            ...(seed.deploymentJob === undefined ? {} : { deploymentJob: seed.deploymentJob }),
            source,
            runId: run?.id ?? '',
            modelId,
            description: seed.description ?? '',
            tags: seed.tags ?? {},
            metrics,
            params: seed.params ?? {},
        };
    }
    /** Files of a logged model lie at its own address, those of an older model in its run. */
    #files(seed, version, run, modelId) {
        const root = modelId !== '' ? this.#tracking.loggedModel(modelId).artifactUri : version.source;
        const ids = { runId: run?.id ?? '', modelId, uuid: hex(this.#random, 32) };
        const { artifacts } = this.#tracking;
        artifacts.put(root, 'MLmodel', mlModelFile(ids, seed));
        artifacts.put(root, 'model.pkl', 'pickled');
        if (seed.example !== undefined)
            artifacts.put(root, 'serving_input_example.json', JSON.stringify(seed.example));
        const model = this.#tracking.loggedModels.get(modelId);
        model?.tags.set('mlflow.modelVersions', JSON.stringify([{ name: seed.model, version: version.version }]));
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/models/store.js


const ALIAS = /^[\w-]{1,255}$/;
/** Refuses alias names that MLflow reserves or cannot take. */
function checkAlias(alias) {
    if (!ALIAS.test(alias)) {
        throw failure_invalid(`Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_) and dashes (-).`);
    }
    if (/^(latest|v\d+)$/i.test(alias))
        throw failure_invalid(`'${alias}' alias name is reserved.`);
}
/** One registry: registered models with their versions and aliases, whatever API they are seen through. */
class ModelStore {
    #models = new Map();
    #random;
    #settings;
    constructor(random, settings) {
        this.#random = random;
        this.#settings = settings;
    }
    #key(name) {
        return this.#settings.foldsCase ? name.toLowerCase() : name;
    }
    all() {
        return [...this.#models.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    find(name) {
        return this.#models.get(this.#key(name));
    }
    get(name) {
        const model = this.find(name);
        if (model === undefined)
            throw missing(`${this.#settings.noun} '${name}' does not exist.`);
        return model;
    }
    create(name, owner, now, description = '') {
        if (this.find(name) !== undefined) {
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${this.#settings.noun} '${name}' already exists.`);
        }
        const model = {
            name: this.#key(name),
            id: uuid(this.#random),
            description,
            owner,
            tags: new Map(),
            aliases: new Map(),
            versions: new Map(),
            lastVersion: 0,
            deploymentJobId: '',
            createdAt: now,
            updatedAt: now,
        };
        this.#models.set(this.#key(name), model);
        return model;
    }
    rename(model, name) {
        if (this.find(name) !== undefined)
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `'${name}' already exists.`);
        this.#models.delete(this.#key(model.name));
        model.name = this.#key(name);
        this.#models.set(model.name, model);
    }
    remove(name) {
        this.#models.delete(this.#key(this.get(name).name));
    }
    addVersion(model, input, by, now) {
        const version = input.version ?? model.lastVersion + 1;
        if (model.versions.has(version))
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Version ${version} already exists.`);
        const added = {
            version,
            id: uuid(this.#random),
            status: input.status ?? 'READY',
            statusMessage: '',
            stage: 'None',
            description: input.description ?? '',
            source: input.source ?? '',
            runId: input.runId ?? '',
            runWorkspaceId: input.runWorkspaceId ?? this.#settings.workspaceId,
            modelId: input.modelId ?? '',
            tags: new Map(Object.entries(input.tags ?? {})),
            metrics: input.metrics ?? [],
            params: input.params ?? {},
            deploymentJob: input.deploymentJob ?? null,
            createdAt: now,
            createdBy: by,
            updatedAt: now,
        };
        model.versions.set(version, added);
        model.lastVersion = Math.max(model.lastVersion, version);
        return added;
    }
    findVersion(name, version) {
        return this.find(name)?.versions.get(version);
    }
    version(model, version) {
        const found = model.versions.get(version);
        if (found === undefined)
            throw missing(`Model Version '${model.name}' version ${version} does not exist.`);
        return found;
    }
    /** Aliases of a deleted version go with it. */
    removeVersion(model, version) {
        this.version(model, version);
        model.versions.delete(version);
        for (const [alias, target] of model.aliases)
            if (target === version)
                model.aliases.delete(alias);
    }
    aliasesOf(model, version) {
        return [...model.aliases].filter(([, target]) => target === version).map(([alias]) => alias);
    }
    setAlias(model, alias, version) {
        checkAlias(alias);
        this.version(model, version);
        model.aliases.set(alias, version);
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/app-routes.js




const app_routes_BASE = '/api/2.0/apps';
function iso(at) {
    return new Date(at).toISOString();
}
function deploymentBody(deployment) {
    return compact({
        deployment_id: deployment.id,
        source_code_path: deployment.sourceCodePath,
        mode: deployment.mode,
        command: deployment.command,
        env_vars: deployment.envNames.map((name) => ({ name })),
        creator: deployment.creator,
        create_time: iso(deployment.createdAt),
        update_time: iso(deployment.updatedAt),
        status: { state: deployment.state, message: deployment.message },
    });
}
function appBody(app, host) {
    return compact({
        name: app.name,
        id: app.id,
        url: `http://${host}/apps/${app.name}`,
        description: app.description,
        creator: app.creator,
        create_time: iso(app.createdAt),
        update_time: iso(app.updatedAt),
        compute_status: { ...app.compute },
        app_status: { ...app.app },
        active_deployment: app.active === null ? undefined : deploymentBody(app.active),
        pending_deployment: app.pending === null ? undefined : deploymentBody(app.pending),
        default_source_code_path: app.active?.sourceCodePath,
        service_principal_id: 4242,
        service_principal_client_id: app.servicePrincipalId,
        service_principal_name: `app-${app.name}`,
        resources: app.resources,
        compute_size: app.computeSize,
    });
}
/** The Apps API, and the apps themselves under `/apps/{name}`. */
class AppRoutes {
    #apps;
    #permissions;
    #sourceExists;
    constructor(apps, permissions, sourceExists) {
        this.#apps = apps;
        this.#permissions = permissions;
        this.#sourceExists = sourceExists;
        const owner = (name) => apps.apps.get(name)?.creator ?? null;
        permissions.protect({ type: 'apps', objectType: 'app', levels: ['CAN_USE', 'CAN_MANAGE'], owner });
    }
    register(router) {
        router.on('POST', app_routes_BASE, (call) => this.#create(call));
        router.on('GET', app_routes_BASE, (call) => this.#list(call));
        router.on('GET', `${app_routes_BASE}/{name}`, (call) => this.#answer(call, this.#app(call, 'CAN_USE')));
        router.on('PATCH', `${app_routes_BASE}/{name}`, (call) => this.#patch(call));
        router.on('DELETE', `${app_routes_BASE}/{name}`, (call) => this.#remove(call));
        router.on('POST', `${app_routes_BASE}/{name}/update`, (call) => this.#update(call));
        router.on('GET', `${app_routes_BASE}/{name}/update`, (call) => json({ status: { ...this.#app(call, 'CAN_USE').update } }));
        router.on('POST', `${app_routes_BASE}/{name}/deployments`, (call) => this.#deploy(call));
        router.on('GET', `${app_routes_BASE}/{name}/deployments`, (call) => this.#deployments(call));
        router.on('GET', `${app_routes_BASE}/{name}/deployments/{id}`, (call) => this.#deployment(call));
        router.on('POST', `${app_routes_BASE}/{name}/start`, (call) => this.#start(call));
        router.on('POST', `${app_routes_BASE}/{name}/stop`, (call) => this.#stop(call));
        router.on('GET', '/apps/{name}/{path...}', (call) => this.#visit(call), { open: true });
        router.on('GET', '/apps/{name}', (call) => this.#visit(call), { open: true });
    }
    #app(call, needed) {
        const app = this.#apps.get(call.params.name ?? '');
        if (!this.#permissions.reaches('apps', app.name, call.identity, needed)) {
            throw denied(`User ${call.identity.userName} does not have ${needed} on app ${app.name}.`);
        }
        return app;
    }
    #answer(call, app) {
        return json(appBody(app, call.headers.host ?? '127.0.0.1'));
    }
    #create(call) {
        const given = { description: call.body.optionalText('description') ?? '', resources: call.body.list('resources') };
        const noCompute = call.query.get('no_compute') === 'true';
        return this.#answer(call, this.#apps.create(call.body.text('name'), call.identity.userName, noCompute, given));
    }
    #list(call) {
        const size = Number(call.query.get('page_size') ?? 0) || 100;
        const page = paging_pageOf([...this.#apps.apps.values()], call.query.get('page_token'), { pageSize: size });
        const host = call.headers.host ?? '127.0.0.1';
        return json(compact({ apps: page.items.map((app) => appBody(app, host)), next_page_token: page.nextPageToken }));
    }
    #patch(call) {
        const app = this.#app(call, 'CAN_MANAGE');
        this.#apps.apply(app, call.body.raw, [
            'description',
            'resources',
            ...(call.body.has('compute_size') ? ['compute_size'] : []),
        ]);
        return this.#answer(call, app);
    }
    #update(call) {
        const app = this.#app(call, 'CAN_MANAGE');
        const given = call.body.optionalObject('app') ?? {};
        this.#apps.change(app, given, call.body.text('update_mask').split(','));
        return json({ status: { ...app.update } });
    }
    #remove(call) {
        const app = this.#app(call, 'CAN_MANAGE');
        this.#apps.remove(app);
        return this.#answer(call, app);
    }
    #deploy(call) {
        const app = this.#app(call, 'CAN_MANAGE');
        const { body } = call;
        const git = body.optionalObject('git_source');
        const sourceCodePath = body.optionalText('source_code_path') ?? app.active?.sourceCodePath ?? '';
        if (git === undefined && !this.#sourceExists(sourceCodePath)) {
            throw new ApiFailure('INVALID_PARAMETER_VALUE', `Source code path ${sourceCodePath} does not exist or is not a folder.`);
        }
        const envNames = body.objects('env_vars').map((variable) => variable.text('name'));
        const mode = body.optionalText('mode') ?? 'SNAPSHOT';
        const command = body.texts('command');
        const deployment = this.#apps.deploy(app, {
            sourceCodePath,
            mode,
            command,
            envNames,
            creator: call.identity.userName,
        });
        return json(deploymentBody(deployment));
    }
    #deployments(call) {
        const page = paging_pageOf(this.#app(call, 'CAN_USE').deployments, call.query.get('page_token'), { pageSize: 20 });
        return json(compact({ app_deployments: page.items.map(deploymentBody), next_page_token: page.nextPageToken }));
    }
    #deployment(call) {
        const found = this.#app(call, 'CAN_USE').deployments.find((deployment) => deployment.id === call.params.id);
        if (found === undefined)
            throw missing(`Deployment ${call.params.id} does not exist.`);
        return json(deploymentBody(found));
    }
    #start(call) {
        const app = this.#app(call, 'CAN_MANAGE');
        this.#apps.start(app);
        return this.#answer(call, app);
    }
    #stop(call) {
        const app = this.#app(call, 'CAN_MANAGE');
        this.#apps.stop(app);
        return this.#answer(call, app);
    }
    /** What a visitor of the app sees: the real process where there is one. */
    async #visit(call) {
        const app = this.#apps.get(call.params.name ?? '');
        if (app.app.state !== 'RUNNING')
            return reply_text('App Not Available', 'text/html; charset=utf-8', app.app.state === 'CRASHED' ? 502 : 503);
        if (app.backend === null)
            return reply_text('ok');
        const answer = await fetch(`${app.backend}/${call.params.path ?? ''}?${call.query.toString()}`).catch(() => null);
        if (answer === null)
            return reply_text('App Not Available', 'text/html; charset=utf-8', 502);
        return reply_text(await answer.text(), answer.headers.get('content-type') ?? 'text/plain', answer.status);
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/apps.js


const apps_NAME = /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/;
/** Databricks Apps: compute, deployments and their states, on the server's clock. */
class Apps {
    apps = new Map();
    times = { computeMs: 60_000, deployMs: 60_000, deleteMs: 300_000 };
    launcher = null;
    #scripts = [];
    #simulation;
    #random;
    constructor(simulation, random) {
        this.#simulation = simulation;
        this.#random = random;
    }
    script(script) {
        this.#scripts.push({ script, left: script.times ?? 1 });
    }
    get(name) {
        const app = this.apps.get(name);
        if (app === undefined)
            throw missing(`App with name ${name} does not exist or is deleted.`);
        return app;
    }
    create(name, creator, noCompute, given) {
        if (!apps_NAME.test(name))
            throw new ApiFailure('INVALID_PARAMETER_VALUE', `App name '${name}' must be 1 to 30 lower-case letters, digits or hyphens.`);
        if (this.apps.has(name))
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `An app with the same name already exists: ${name}`);
        const { now } = this.#simulation;
        const app = {
            ...given,
            name,
            id: uuid(this.#random),
            creator,
            createdAt: now,
            updatedAt: now,
            computeSize: 'MEDIUM',
            compute: { state: 'STOPPED', message: 'App compute is stopped.' },
            app: { state: 'UNAVAILABLE', message: 'App status is unavailable.' },
            active: null,
            pending: null,
            deployments: [],
            servicePrincipalId: uuid(this.#random),
            update: { state: 'NOT_UPDATED', message: '' },
            backend: null,
        };
        this.apps.set(name, app);
        if (!noCompute)
            this.start(app);
        return app;
    }
    /** Brings the compute up; what was deployed last is deployed again by itself. */
    start(app) {
        if (app.compute.state === 'ACTIVE')
            throw new ApiFailure('BAD_REQUEST', `Cannot start app ${app.name} as it is not in STOPPED state.`);
        app.compute = { state: 'STARTING', message: 'App compute is starting.' };
        this.#simulation.schedule(this.#simulation.now + this.times.computeMs, () => {
            if (app.compute.state !== 'STARTING')
                return;
            app.compute = { state: 'ACTIVE', message: 'App compute is running.' };
            const last = app.deployments.find((deployment) => deployment.state === 'SUCCEEDED');
            if (last !== undefined && app.pending === null)
                this.#launch(app, this.#copy(last));
        });
    }
    stop(app) {
        app.active = null;
        app.app = { state: 'UNAVAILABLE', message: 'App is stopped.' };
        app.compute = { state: 'STOPPING', message: 'App compute is stopping.' };
        this.#simulation.schedule(this.#simulation.now + this.times.computeMs / 4, () => {
            if (app.compute.state === 'STOPPING')
                app.compute = { state: 'STOPPED', message: 'App compute is stopped.' };
        });
    }
    /** Deletion takes its time; a second one is refused while it lasts. */
    remove(app) {
        const { name, compute } = app;
        if (compute.state === 'DELETING') {
            const why = `as it is not terminal with state DELETING, and was updated less than 20 minutes ago`;
            throw new ApiFailure('BAD_REQUEST', `Cannot delete app ${name} ${why}. Please retry after 20 minutes.`);
        }
        app.compute = { state: 'DELETING', message: 'App is being deleted.' };
        app.app = { state: 'UNAVAILABLE', message: 'App is being deleted.' };
        this.#simulation.schedule(this.#simulation.now + this.times.deleteMs, () => this.apps.delete(name));
    }
    deploy(app, given) {
        if (app.pending !== null) {
            throw new ApiFailure('RESOURCE_CONFLICT', `Cannot deploy app ${app.name} as there is an active deployment in progress: ${app.pending.id}.`);
        }
        if (app.compute.state !== 'ACTIVE') {
            throw new ApiFailure('BAD_REQUEST', `Cannot deploy app ${app.name} as its compute is not in ACTIVE state (${app.compute.state}).`);
        }
        const { now } = this.#simulation;
        return this.#launch(app, {
            ...given,
            id: hex(this.#random, 32),
            createdAt: now,
            updatedAt: now,
            state: 'IN_PROGRESS',
            message: 'Deploying.',
        });
    }
    #copy(deployment) {
        const { now } = this.#simulation;
        return {
            ...deployment,
            id: hex(this.#random, 32),
            createdAt: now,
            updatedAt: now,
            state: 'IN_PROGRESS',
            message: 'Deploying.',
        };
    }
    #launch(app, deployment) {
        app.deployments.unshift(deployment);
        app.pending = deployment;
        app.app = { ...app.app, state: app.active === null ? 'DEPLOYING' : app.app.state };
        const armed = this.#scripts.find(({ script, left }) => left > 0 && (script.app === undefined || script.app === app.name));
        if (armed !== undefined)
            armed.left -= 1;
        if (armed?.script.outcome === 'never')
            return deployment;
        this.#simulation.schedule(this.#simulation.now + this.times.deployMs, () => this.#end(app, deployment, armed?.script ?? null));
        return deployment;
    }
    #end(app, deployment, script) {
        if (app.pending !== deployment)
            return;
        app.pending = null;
        deployment.updatedAt = this.#simulation.now;
        app.updatedAt = this.#simulation.now;
        if (script?.outcome === 'failed' || script?.outcome === 'cancelled') {
            deployment.state = script.outcome === 'failed' ? 'FAILED' : 'CANCELLED';
            deployment.message = script.message ?? 'Error installing requirements.';
            if (app.active === null)
                app.app = { state: 'UNAVAILABLE', message: deployment.message };
            return;
        }
        deployment.state = 'SUCCEEDED';
        deployment.message = 'App started successfully';
        app.active = deployment;
        app.app = { state: 'RUNNING', message: 'App has status: App is running' };
        if (script?.outcome === 'crash')
            this.#crashLater(app, deployment, script);
        else
            void this.#startReally(app, deployment);
    }
    #crashLater(app, deployment, script) {
        this.#simulation.schedule(this.#simulation.now + (script.afterMs ?? 0), () => {
            if (app.active === deployment)
                app.app = { state: 'CRASHED', message: script.message ?? 'app crashed unexpectedly' };
        });
    }
    async #startReally(app, deployment) {
        if (this.launcher === null)
            return;
        try {
            const address = await this.launcher(app, deployment);
            if (app.active === deployment)
                app.backend = address;
        }
        catch (thrown) {
            if (app.active === deployment)
                app.app = { state: 'CRASHED', message: String(thrown) };
        }
    }
    /** Replaces the fields that the mask names; done after a while. */
    change(app, given, mask) {
        app.update = { state: 'IN_PROGRESS', message: 'App is being updated.' };
        this.#simulation.schedule(this.#simulation.now + this.times.deployMs / 4, () => {
            this.apply(app, given, mask);
            app.update = { state: 'SUCCEEDED', message: 'App was updated.' };
        });
    }
    /** Replaces the named fields at once. */
    apply(app, given, fields) {
        if (fields.includes('description'))
            app.description = String(given.description ?? '');
        if (fields.includes('resources'))
            app.resources = Array.isArray(given.resources) ? given.resources : [];
        if (fields.includes('compute_size'))
            app.computeSize = String(given.compute_size ?? 'MEDIUM');
        app.updatedAt = this.#simulation.now;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/catalog-routes.js




const catalog_routes_BASE = '/api/2.1/unity-catalog';
function catalog_routes_row(object, habits) {
    const parts = object.fullName.split('.');
    return compact({
        name: parts.at(-1),
        full_name: object.fullName,
        catalog_name: object.type === 'catalog' ? undefined : parts[0],
        schema_name: object.type === 'volume' ? parts[1] : undefined,
        owner: object.owner,
        comment: object.comment,
        metastore_id: habits.metastoreId,
        created_at: object.createdAt,
        created_by: object.owner,
        updated_at: object.createdAt,
        ...(object.type === 'volume'
            ? { volume_type: object.volumeType, volume_id: object.id, storage_location: object.storageLocation }
            : {}),
        ...(object.type === 'catalog' ? { catalog_type: 'MANAGED_CATALOG', id: object.id } : {}),
        ...(object.type === 'schema' ? { schema_id: object.id } : {}),
    });
}
/** Catalogs, schemas and volumes. What a caller may not use does not exist for it. */
class CatalogRoutes {
    #securables;
    #habits;
    constructor(securables, habits) {
        this.#securables = securables;
        this.#habits = habits;
    }
    register(router) {
        for (const [type, plural] of [
            ['catalog', 'catalogs'],
            ['schema', 'schemas'],
            ['volume', 'volumes'],
        ]) {
            router.on('GET', `${catalog_routes_BASE}/${plural}`, (call) => this.#list(call, type, plural));
            router.on('POST', `${catalog_routes_BASE}/${plural}`, (call) => this.#create(call, type));
            router.on('GET', `${catalog_routes_BASE}/${plural}/{name}`, (call) => json(catalog_routes_row(this.#visible(call, type), this.#habits)));
            router.on('PATCH', `${catalog_routes_BASE}/${plural}/{name}`, (call) => this.#update(call, type));
            router.on('DELETE', `${catalog_routes_BASE}/${plural}/{name}`, (call) => this.#remove(call, type));
        }
        router.on('GET', `${catalog_routes_BASE}/current-metastore-assignment`, () => this.#assignment());
        router.on('GET', `${catalog_routes_BASE}/metastore_summary`, () => this.#summary());
    }
    #uses(identity, object) {
        if (!this.#securables.reaches(identity, object.fullName))
            return false;
        if (object.type !== 'volume')
            return true;
        return ['READ_VOLUME', 'WRITE_VOLUME'].some((privilege) => this.#securables.allows(identity, 'volume', object.fullName, privilege));
    }
    #visible(call, type) {
        const name = call.params.name ?? '';
        const object = this.#securables.get(type, name);
        const browses = call.query.get('include_browse') === 'true' && this.#securables.allows(call.identity, type, name, 'BROWSE');
        if (!browses && !this.#uses(call.identity, object))
            throw this.#securables.notThere(type, name);
        return object;
    }
    #list(call, type, plural) {
        const parent = [call.query.get('catalog_name'), call.query.get('schema_name')]
            .filter((part) => part !== null)
            .join('.');
        const seen = this.#securables.all(type, parent).filter((object) => this.#uses(call.identity, object));
        const page = paging_pageOf(seen, call.query.get('page_token'), {
            pageSize: Number(call.query.get('max_results') ?? 0) || 1000,
        });
        return json(compact({ [plural]: page.items.map((object) => catalog_routes_row(object, this.#habits)), next_page_token: page.nextPageToken }));
    }
    #mayCreate(identity, type, parent) {
        if (type === 'catalog')
            return identity.admin || this.#securables.allows(identity, 'metastore', 'metastore', 'CREATE_CATALOG');
        const above = type === 'schema' ? 'catalog' : 'schema';
        this.#securables.get(above, parent);
        return this.#securables.allows(identity, above, parent, `CREATE_${type.toUpperCase()}`);
    }
    #create(call, type) {
        const parts = [call.body.optionalText('catalog_name'), call.body.optionalText('schema_name')].filter((part) => part !== undefined);
        const parent = parts.join('.').toLowerCase();
        if (!this.#mayCreate(call.identity, type, parent))
            throw denied(`User does not have CREATE ${type.toUpperCase()} on '${parent}'.`);
        const volumeType = call.body.optionalText('volume_type') ?? 'MANAGED';
        const storageLocation = call.body.optionalText('storage_location');
        if (volumeType === 'MANAGED' && storageLocation !== undefined && type === 'volume') {
            throw failure_invalid('storage_location cannot be given for a MANAGED volume.');
        }
        const fullName = [...parts, call.body.text('name')].join('.');
        const comment = call.body.optionalText('comment') ?? '';
        const object = this.#securables.create({
            type,
            fullName,
            owner: call.identity.userName,
            comment,
            volumeType,
            ...(storageLocation ? { storageLocation } : {}),
        }, call.now);
        return json(catalog_routes_row(object, this.#habits));
    }
    #owned(call, type) {
        const object = this.#visible(call, type);
        if (!this.#securables.allows(call.identity, type, object.fullName, 'MANAGE'))
            throw denied(`User is not an owner of '${object.fullName}'.`);
        return object;
    }
    #update(call, type) {
        const object = this.#owned(call, type);
        object.comment = call.body.optionalText('comment') ?? object.comment;
        object.owner = call.body.optionalText('owner') ?? object.owner;
        return json(catalog_routes_row(object, this.#habits));
    }
    #remove(call, type) {
        this.#securables.remove(type, this.#owned(call, type).fullName);
        return empty();
    }
    #assignment() {
        if (!this.#securables.attached)
            throw new ApiFailure('METASTORE_DOES_NOT_EXIST', 'No metastore assigned for the current workspace.', 404);
        return json({
            metastore_id: this.#habits.metastoreId,
            workspace_id: Number(this.#habits.workspaceId),
            default_catalog_name: 'main',
        });
    }
    #summary() {
        this.#assignment();
        return json({ metastore_id: this.#habits.metastoreId, name: 'metastore', cloud: 'aws', region: 'eu-west-1' });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/file-routes.js



const LIMIT = 10 * 1024 * 1024;
function file_routes_row(object) {
    return compact({
        path: object.path,
        object_type: object.type,
        object_id: object.id,
        language: object.language,
        modified_at: object.modifiedAt,
        size: object.type === 'FILE' ? object.content.length : undefined,
    });
}
/** The workspace files API, JSON and raw. */
class FileRoutes {
    #files;
    constructor(files) {
        this.#files = files;
    }
    register(router) {
        const base = '/api/2.0/workspace';
        router.on('POST', `${base}/mkdirs`, (call) => this.#mkdirs(call));
        router.on('POST', `${base}/import`, (call) => this.#import(call));
        router.on('GET', `${base}/get-status`, (call) => json(file_routes_row(this.#files.get(call.query.get('path') ?? ''))));
        router.on('GET', `${base}/list`, (call) => this.#list(call));
        router.on('GET', `${base}/export`, (call) => this.#export(call));
        router.on('POST', `${base}/delete`, (call) => this.#remove(call));
        router.on('POST', '/api/2.0/workspace-files/import-file/{path...}', (call) => this.#raw(call));
    }
    #mkdirs(call) {
        this.#files.mkdirs(call.body.text('path'), call.now);
        return json({});
    }
    /** AUTO and SOURCE look for notebooks, RAW does not. Multipart forms, as some clients send them, are read as well. */
    #import(call) {
        const form = multipart(call);
        const path = form?.get('path')?.toString('utf8') ?? call.body.text('path');
        const format = form?.get('format')?.toString('utf8') ?? call.body.optionalText('format') ?? 'SOURCE';
        const content = form?.get('content') ?? Buffer.from(call.body.optionalText('content') ?? '', 'base64');
        if (content.length > LIMIT)
            throw new ApiFailure('MAX_NOTEBOOK_SIZE_EXCEEDED', 'The file is larger than 10 MB.', 400);
        const overwrite = form === null ? (call.body.optionalFlag('overwrite') ?? false) : form.get('overwrite')?.toString() === 'true';
        this.#files.write(path, content, overwrite, format !== 'RAW', call.now);
        return json({});
    }
    #raw(call) {
        const overwrite = call.query.get('overwrite') === 'true';
        this.#files.write(`/${call.params.path ?? ''}`, call.rawBody, overwrite, true, call.now);
        return empty();
    }
    #list(call) {
        const path = call.query.get('path') ?? '';
        if (path !== '/')
            this.#files.get(path);
        return json(compact({ objects: this.#files.children(path).map(file_routes_row) }));
    }
    #export(call) {
        const object = this.#files.get(call.query.get('path') ?? '');
        if (object.type === 'DIRECTORY')
            throw failure_invalid('Folders cannot be exported one by one.');
        if (call.query.get('direct_download') === 'true')
            return reply_text(object.content, 'application/octet-stream');
        return json({ content: object.content.toString('base64'), file_type: 'auto' });
    }
    #remove(call) {
        this.#files.remove(call.body.text('path'), call.body.optionalFlag('recursive') ?? false);
        return json({});
    }
}
/** Parts of a multipart form by name, `null` when the body is none. */
function multipart(call) {
    const boundary = /multipart\/form-data;.*boundary="?([^";]+)"?/.exec(call.headers['content-type'] ?? '')?.[1];
    if (boundary === undefined)
        return null;
    const parts = new Map();
    for (const piece of call.rawBody.toString('latin1').split(`--${boundary}`)) {
        const match = /name="([^"]+)"[\s\S]*?\r\n\r\n([\s\S]*)\r\n$/.exec(piece);
        if (match !== null)
            parts.set(match[1] ?? '', Buffer.from(match[2] ?? '', 'latin1'));
    }
    return parts;
}
/** Files of volumes: raw bytes under `/Volumes/...`. */
function registerVolumeFiles(router, files, volumeExists) {
    const at = (call) => {
        const path = `/${call.params.path ?? ''}`;
        const [, , catalog, schema, volume] = path.split('/');
        if (!volumeExists([catalog, schema, volume].join('.')))
            throw missing(`Volume '${[catalog, schema, volume].join('.')}' does not exist.`);
        return path;
    };
    router.on('PUT', '/api/2.0/fs/files/{path...}', (call) => {
        const path = at(call);
        files.mkdirs(path.slice(0, path.lastIndexOf('/')), call.now);
        files.write(path, call.rawBody, call.query.get('overwrite') === 'true', false, call.now);
        return empty(204);
    });
    router.on('GET', '/api/2.0/fs/files/{path...}', (call) => reply_text(files.get(at(call)).content, 'application/octet-stream'));
    router.on('DELETE', '/api/2.0/fs/files/{path...}', (call) => {
        files.remove(at(call), false);
        return empty(204);
    });
    router.on('PUT', '/api/2.0/fs/directories/{path...}', (call) => {
        files.mkdirs(at(call), call.now);
        return empty(204);
    });
    router.on('HEAD', '/api/2.0/fs/directories/{path...}', (call) => {
        at(call);
        return empty();
    });
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/files.js

const NOTEBOOKS = [
    { extension: '.py', comment: '#', language: 'PYTHON' },
    { extension: '.r', comment: '#', language: 'R' },
    { extension: '.sql', comment: '--', language: 'SQL' },
    { extension: '.scala', comment: '//', language: 'SCALA' },
];
/** What a source file becomes on import: notebooks lose their extension. `null`: it stays a file. */
function notebookOf(path, content) {
    const kind = NOTEBOOKS.find(({ extension }) => path.toLowerCase().endsWith(extension));
    if (kind === undefined)
        return null;
    const [firstLine = ''] = content.toString('utf8').split('\n', 1);
    if (firstLine.trim() !== `${kind.comment} Databricks notebook source`)
        return null;
    return { path: path.slice(0, -kind.extension.length), language: kind.language };
}
/** `/Workspace/Users/…` and `/Users/…` are the same place. */
function files_normal(path) {
    const clean = `/${path}`.replace(/\/+/g, '/').replace(/^\/Workspace(?=\/|$)/, '');
    return clean === '' ? '/' : clean.replace(/(.)\/$/, '$1');
}
/** The workspace's tree of folders, files and notebooks. */
class WorkspaceFiles {
    #objects = new Map();
    #lastId = 100;
    find(path) {
        return this.#objects.get(files_normal(path));
    }
    get(path) {
        const object = this.find(path);
        if (object === undefined)
            throw missing(`Path (${path}) doesn't exist.`);
        return object;
    }
    #put(path, type, content, language, now) {
        this.#lastId += 1;
        const object = {
            path: files_normal(path),
            type,
            id: this.find(path)?.id ?? this.#lastId,
            language,
            content,
            modifiedAt: now,
        };
        this.#objects.set(object.path, object);
        return object;
    }
    /** With all folders above; existing ones are left alone, a file in the way is refused. */
    mkdirs(path, now, type = 'DIRECTORY') {
        const parts = files_normal(path).split('/').slice(1);
        for (let depth = 1; depth <= parts.length; depth += 1) {
            const folder = `/${parts.slice(0, depth).join('/')}`;
            const known = this.find(folder);
            if (known !== undefined && known.type !== 'DIRECTORY' && known.type !== 'REPO') {
                throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${folder} exists and is not a directory.`, 400);
            }
            if (known === undefined)
                this.#put(folder, depth === parts.length ? type : 'DIRECTORY', Buffer.alloc(0), '', now);
        }
    }
    /** Writes a file; its folder must exist. */
    write(path, content, overwrite, detectNotebooks, now) {
        const notebook = detectNotebooks ? notebookOf(path, content) : null;
        const target = files_normal(notebook?.path ?? path);
        const parent = target.slice(0, target.lastIndexOf('/'));
        if (parent !== '' && this.find(parent) === undefined)
            throw missing(`The parent folder (${parent}) does not exist.`);
        const known = this.find(target);
        if (known?.type === 'NOTEBOOK' && notebook === null)
            throw new ApiFailure('BAD_REQUEST', `Node with name ${target} already exists.`);
        if (known !== undefined && !overwrite)
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Path (${target}) already exists.`);
        return this.#put(target, notebook === null ? 'FILE' : 'NOTEBOOK', content, notebook?.language ?? '', now);
    }
    /** Direct children of a folder. */
    children(path) {
        const base = files_normal(path) === '/' ? '/' : `${files_normal(path)}/`;
        return [...this.#objects.values()].filter((object) => object.path.startsWith(base) && !object.path.slice(base.length).includes('/') && object.path !== base);
    }
    /** All files and notebooks under a folder, by their paths relative to it. */
    under(path) {
        const base = `${files_normal(path)}/`;
        const files = [...this.#objects.values()].filter((object) => object.path.startsWith(base) && (object.type === 'FILE' || object.type === 'NOTEBOOK'));
        return new Map(files.map((file) => [file.path.slice(base.length), file.content]));
    }
    remove(path, recursive) {
        const object = this.get(path);
        if (!recursive && this.children(path).length > 0)
            throw new ApiFailure('DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`, 400);
        for (const known of [...this.#objects.keys()]) {
            if (known === object.path || known.startsWith(`${object.path}/`))
                this.#objects.delete(known);
        }
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/auth/identities.js
/** All names under which rights may have been given to this identity. */
function principalsOf(identity) {
    return [identity.userName, ...identity.groups.map((group) => group.name), 'account users'];
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/grant-routes.js




const TYPES = ['metastore', 'catalog', 'schema', 'volume', 'function'];
const grant_routes_BASE = '/api/2.1/unity-catalog';
/** The grants API: direct and effective privileges. Reading those of others needs ownership or administration. */
class GrantRoutes {
    #securables;
    constructor(securables) {
        this.#securables = securables;
    }
    register(router) {
        router.on('GET', `${grant_routes_BASE}/permissions/{type}/{name}`, (call) => this.#direct(call));
        router.on('GET', `${grant_routes_BASE}/effective-permissions/{type}/{name}`, (call) => this.#effective(call));
        router.on('PATCH', `${grant_routes_BASE}/permissions/{type}/{name}`, (call) => this.#change(call));
    }
    #target(call) {
        const name = (call.params.name ?? '').toLowerCase();
        const type = TYPES.find((known) => known === call.params.type?.toLowerCase());
        if (type === undefined)
            throw failure_invalid(`Securable type '${call.params.type}' is not supported.`);
        if (this.#securables.ownerOf(type, name) === null)
            throw this.#securables.notThere(type, name);
        return { type, name };
    }
    /** The principal asked for, or `null` for all; refuses what the caller may not see. */
    #asked(call, target) {
        const principal = call.query.get('principal');
        if (principal !== null && principalsOf(call.identity).includes(principal))
            return principal;
        if (!this.#securables.allows(call.identity, target.type, target.name, 'MANAGE')) {
            throw denied(`User ${call.identity.userName} may not list the grants of others on '${target.name}'.`);
        }
        return principal;
    }
    #direct(call) {
        const target = this.#target(call);
        const asked = this.#asked(call, target);
        const rows = [...this.#securables.direct(target.type, target.name)]
            .filter(([principal]) => asked === null || principal === asked)
            .map(([principal, privileges]) => ({ principal, privileges: [...privileges] }));
        return json(compact({ privilege_assignments: rows }));
    }
    #effective(call) {
        const target = this.#target(call);
        const asked = this.#asked(call, target);
        const rows = [...this.#securables.effective(target.type, target.name)]
            .filter(([principal]) => asked === null || principal === asked)
            .map(([principal, held]) => ({
            principal,
            privileges: held.map(({ privilege, fromType, fromName }) => fromName === target.name && fromType === target.type
                ? { privilege }
                : { privilege, inherited_from_name: fromName, inherited_from_type: fromType.toUpperCase() }),
        }));
        return json(compact({ privilege_assignments: rows }));
    }
    #change(call) {
        const { type, name } = this.#target(call);
        if (!this.#securables.allows(call.identity, type, name, 'MANAGE'))
            throw denied(`User is not an owner of '${name}'.`);
        for (const change of call.body.objects('changes')) {
            const [principal, add, remove] = [change.text('principal'), change.texts('add'), change.texts('remove')];
            if (add.some((privilege) => remove.includes(privilege)))
                throw failure_invalid(`Duplicate privileges to add and delete for principal ${principal}.`);
            this.#securables.grant(type, name, principal, ...add);
            this.#securables.revoke(type, name, principal, ...remove);
        }
        const rows = [...this.#securables.direct(type, name)].map(([principal, privileges]) => ({
            principal,
            privileges: [...privileges],
        }));
        return json(compact({ privilege_assignments: rows }));
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/job-routes.js




const JOB_LEVELS = ['CAN_VIEW', 'CAN_MANAGE_RUN', 'IS_OWNER', 'CAN_MANAGE'];
function stateOf(run) {
    return compact({
        life_cycle_state: run.lifeCycle,
        result_state: run.result ?? undefined,
        state_message: run.message,
    });
}
function taskRows(run) {
    const key = run.failedTask?.key ?? 'main';
    return [
        { run_id: run.id * 10, task_key: key, state: stateOf(run), start_time: run.startedAt, end_time: run.endedAt ?? 0 },
    ];
}
function job_routes_statusOf(run) {
    const code = run.result === 'SUCCESS' ? 'SUCCESS' : run.result === 'CANCELED' ? 'USER_CANCELED' : 'RUN_EXECUTION_ERROR';
    const details = run.endedAt === null
        ? {}
        : {
            termination_details: {
                code,
                type: run.result === 'SUCCESS' ? 'SUCCESS' : 'CLIENT_ERROR',
                message: run.message,
            },
        };
    return { state: run.lifeCycle, ...details };
}
/** Jobs under `/api/2.1` and `/api/2.2`. */
class JobRoutes {
    #jobs;
    #permissions;
    constructor(jobs, permissions) {
        this.#jobs = jobs;
        this.#permissions = permissions;
        const owner = (id) => jobs.jobs.get(Number(id))?.creator ?? null;
        permissions.protect({ type: 'jobs', objectType: 'job', levels: JOB_LEVELS, owner });
    }
    register(router) {
        for (const base of ['/api/2.1/jobs', '/api/2.2/jobs']) {
            router.on('POST', `${base}/create`, (call) => this.#create(call));
            router.on('GET', `${base}/list`, (call) => this.#list(call));
            router.on('GET', `${base}/get`, (call) => json(this.#jobRow(this.#job(call, 'CAN_VIEW', call.query.get('job_id')))));
            router.on('POST', `${base}/run-now`, (call) => this.#runNow(call));
            router.on('GET', `${base}/runs/get`, (call) => json(this.#runRow(call, this.#run(call, 'CAN_VIEW', call.query.get('run_id')))));
            router.on('GET', `${base}/runs/get-output`, (call) => this.#output(call));
            router.on('GET', `${base}/runs/list`, (call) => this.#listRuns(call));
            router.on('POST', `${base}/runs/cancel`, (call) => this.#cancel(call));
        }
    }
    #checked(identity, job, needed) {
        if (!this.#permissions.reaches('jobs', String(job.id), identity, needed)) {
            throw denied(`User ${identity.userName} does not have ${needed} permissions on job ${job.id}.`);
        }
        return job;
    }
    #job(call, needed, id) {
        return this.#checked(call.identity, this.#jobs.job(Number(id)), needed);
    }
    /** A task's run id, which is ten times that of its run in the sandbox, leads to the run as well. */
    #run(call, needed, id) {
        const number = Number(id);
        const run = this.#jobs.runs.get(number) ?? this.#jobs.run(number % 10 === 0 && number > 1_000_000 ? number / 10 : number);
        this.#checked(call.identity, this.#jobs.job(run.jobId), needed);
        return run;
    }
    #create(call) {
        const job = this.#jobs.create(call.body.optionalText('name') ?? 'Untitled', call.identity.userName, call.body.raw);
        return json({ job_id: job.id });
    }
    #jobRow(job) {
        return {
            job_id: job.id,
            creator_user_name: job.creator,
            created_time: job.createdAt,
            settings: { ...job.settings, name: job.name },
        };
    }
    #list(call) {
        const name = call.query.get('name');
        const seen = [...this.#jobs.jobs.values()].filter((job) => (name === null || job.name === name) &&
            this.#permissions.reaches('jobs', String(job.id), call.identity, 'CAN_VIEW'));
        const page = paging_pageOf(seen, call.query.get('page_token'), { pageSize: Number(call.query.get('limit') ?? 20) });
        return json(compact({
            jobs: page.items.map((job) => this.#jobRow(job)),
            has_more: page.nextPageToken !== undefined,
            next_page_token: page.nextPageToken,
        }));
    }
    #runNow(call) {
        const job = this.#job(call, 'CAN_MANAGE_RUN', call.body.integer('job_id'));
        const parameters = { ...call.body.textMap('job_parameters'), ...call.body.textMap('notebook_params') };
        const run = this.#jobs.start(job, parameters, call.body.optionalText('idempotency_token') ?? '');
        return json({ run_id: run.id, number_in_job: run.id });
    }
    #runRow(call, run) {
        return {
            run_id: run.id,
            job_id: run.jobId,
            run_page_url: `http://${call.headers.host ?? ''}/?o=0#job/${run.jobId}/run/${run.id}`,
            start_time: run.startedAt,
            end_time: run.endedAt ?? 0,
            state: stateOf(run),
            status: job_routes_statusOf(run),
            tasks: taskRows(run),
            job_parameters: Object.entries(run.parameters).map(([name, value]) => ({ name, value })),
        };
    }
    #output(call) {
        const run = this.#run(call, 'CAN_VIEW', call.query.get('run_id'));
        const error = run.failedTask === null ? {} : { error: run.failedTask.error, error_trace: run.failedTask.error };
        return json({ metadata: this.#runRow(call, run), ...error });
    }
    #listRuns(call) {
        const jobId = call.query.get('job_id');
        const seen = [...this.#jobs.runs.values()].filter((run) => jobId === null || String(run.jobId) === jobId).reverse();
        const page = paging_pageOf(seen, call.query.get('page_token'), { pageSize: Number(call.query.get('limit') ?? 25) });
        return json(compact({
            runs: page.items.map((run) => this.#runRow(call, run)),
            has_more: page.nextPageToken !== undefined,
            next_page_token: page.nextPageToken,
        }));
    }
    #cancel(call) {
        this.#jobs.cancel(this.#run(call, 'CAN_MANAGE_RUN', call.body.integer('run_id')));
        return json({});
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/jobs.js

/** Jobs and their runs on the server's clock. */
class Jobs {
    jobs = new Map();
    runs = new Map();
    #conducts = new Map();
    #simulation;
    constructor(simulation) {
        this.#simulation = simulation;
    }
    create(name, creator, settings = {}) {
        const job = { id: 600_000 + this.jobs.size, name, creator, settings, createdAt: this.#simulation.now };
        this.jobs.set(job.id, job);
        return job;
    }
    conduct(jobId, conduct) {
        this.#conducts.set(jobId, conduct);
    }
    job(id) {
        const job = this.jobs.get(id);
        if (job === undefined)
            throw failure_invalid(`Job ${id} does not exist.`);
        return job;
    }
    run(id) {
        const run = this.runs.get(id);
        if (run === undefined)
            throw missing(`Run ${id} does not exist.`);
        return run;
    }
    /** A token that was seen before brings back the run that it started. */
    start(job, parameters, idempotencyToken) {
        const known = [...this.runs.values()].find((run) => idempotencyToken !== '' && run.idempotencyToken === idempotencyToken);
        if (known !== undefined)
            return known;
        const run = {
            id: 800_000 + this.runs.size,
            jobId: job.id,
            parameters,
            idempotencyToken,
            startedAt: this.#simulation.now,
            endedAt: null,
            lifeCycle: 'PENDING',
            result: null,
            message: '',
            failedTask: null,
        };
        this.runs.set(run.id, run);
        const duration = this.#conducts.get(job.id)?.durationMs ?? 60_000;
        this.#simulation.schedule(run.startedAt + Math.min(5000, duration / 2), () => this.#enter(run));
        if (Number.isFinite(duration))
            this.#simulation.schedule(run.startedAt + duration, () => this.#finish(run));
        return run;
    }
    #enter(run) {
        if (run.lifeCycle === 'PENDING')
            run.lifeCycle = 'RUNNING';
    }
    #finish(run) {
        if (run.endedAt !== null)
            return;
        const conduct = this.#conducts.get(run.jobId) ?? {};
        run.result = conduct.result ?? 'SUCCESS';
        run.message = conduct.message ?? '';
        run.failedTask =
            run.result === 'SUCCESS' ? null : (conduct.failedTask ?? { key: 'main', error: 'RuntimeError: the task failed' });
        this.#end(run);
        if (run.result === 'SUCCESS')
            conduct.effect?.(run);
    }
    #end(run) {
        run.lifeCycle = 'TERMINATED';
        run.endedAt = this.#simulation.now;
    }
    cancel(run) {
        if (run.endedAt !== null)
            return;
        run.result = 'CANCELED';
        run.message = 'Run cancelled.';
        this.#end(run);
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/repos.js




/** Git folders. Refs are known only as far as a test names them; any branch may be checked out unless some are named. */
class GitFolders {
    folders = [];
    /** Branch or tag -> commit. Empty: every ref exists. */
    refs = new Map();
    #files;
    #random;
    constructor(files, random) {
        this.#files = files;
        this.#random = random;
    }
    register(router) {
        router.on('POST', '/api/2.0/repos', (call) => this.#create(call));
        router.on('GET', '/api/2.0/repos', (call) => this.#list(call));
        router.on('GET', '/api/2.0/repos/{id}', (call) => json(this.#row(this.#get(call))));
        router.on('PATCH', '/api/2.0/repos/{id}', (call) => this.#checkOut(call));
        router.on('DELETE', '/api/2.0/repos/{id}', (call) => this.#remove(call));
    }
    #get(call) {
        const folder = this.folders.find((known) => String(known.id) === call.params.id);
        if (folder === undefined)
            throw missing(`Git folder ${call.params.id} does not exist.`);
        return folder;
    }
    #row(folder) {
        const { id, url, provider, path, branch, headCommit } = folder;
        return compact({ id, url, provider, path, branch, head_commit_id: headCommit });
    }
    #commit(ref) {
        const known = this.refs.get(ref);
        if (known !== undefined)
            return known;
        if (this.refs.size > 0)
            throw new ApiFailure('GIT_UNKNOWN_REF', `Ref '${ref}' was not found in the remote repository.`, 400);
        return hex(this.#random, 40);
    }
    #create(call) {
        const url = call.body.text('url');
        const name = url
            .replace(/\.git$/, '')
            .split('/')
            .at(-1) ?? 'repository';
        const path = call.body.optionalText('path') ?? `/Repos/${call.identity.userName}/${name}`;
        if (this.#files.find(path) !== undefined)
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${path} already exists.`, 400);
        const headCommit = this.#commit('main');
        this.#files.mkdirs(path, call.now, 'REPO');
        const folder = {
            id: 5000 + this.folders.length,
            url,
            provider: call.body.text('provider'),
            path,
            branch: 'main',
            tag: '',
            headCommit,
        };
        this.folders.push(folder);
        return json(this.#row(folder));
    }
    #list(call) {
        const prefix = call.query.get('path_prefix') ?? '';
        return json(compact({
            repos: this.folders.filter((folder) => folder.path.startsWith(prefix)).map((folder) => this.#row(folder)),
        }));
    }
    #checkOut(call) {
        const folder = this.#get(call);
        const [branch, tag] = [call.body.optionalText('branch'), call.body.optionalText('tag')];
        folder.headCommit = this.#commit(branch ?? tag ?? folder.branch);
        folder.branch = tag === undefined ? (branch ?? folder.branch) : '';
        folder.tag = tag ?? '';
        return json({});
    }
    #remove(call) {
        const folder = this.#get(call);
        this.folders.splice(this.folders.indexOf(folder), 1);
        this.#files.remove(folder.path, true);
        return empty();
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/securables.js



function parentType(type) {
    return type === 'schema' ? 'catalog' : 'schema';
}
/** An object and everything above it, nearest first. */
function lineage(type, fullName) {
    const parts = fullName.split('.');
    if (type === 'metastore' || parts.length === 1)
        return [{ type, name: fullName }];
    return [{ type, name: fullName }, ...lineage(parentType(type), parts.slice(0, -1).join('.'))];
}
/** Catalogs, schemas and volumes of Unity Catalog, and who may do what with them and with models. */
class Securables {
    #objects = new Map();
    /** `type/name` -> principal -> privileges. */
    #grants = new Map();
    #random;
    #models;
    /** `false`: the workspace is not attached to a metastore. */
    attached = true;
    constructor(random, models) {
        this.#random = random;
        this.#models = models;
    }
    all(type, parent = '') {
        return [...this.#objects.values()].filter((object) => object.type === type && (parent === '' || object.fullName.startsWith(`${parent}.`)));
    }
    find(type, fullName) {
        return this.#objects.get(`${type}/${fullName.toLowerCase()}`);
    }
    get(type, fullName) {
        const object = this.find(type, fullName);
        if (object === undefined)
            throw this.notThere(type, fullName);
        return object;
    }
    notThere(type, fullName) {
        const kind = type === 'function' ? 'Registered model' : `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
        if (type === 'catalog' || type === 'schema') {
            return new ApiFailure(`${type.toUpperCase()}_DOES_NOT_EXIST`, `${kind} '${fullName}' does not exist.`);
        }
        return missing(`${kind} '${fullName}' does not exist.`);
    }
    create(given, now) {
        const fullName = given.fullName.toLowerCase();
        if (this.find(given.type, fullName) !== undefined) {
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${given.type} '${fullName}' already exists`, 409);
        }
        const object = {
            id: uuid(this.#random),
            comment: '',
            createdAt: now,
            volumeType: 'MANAGED',
            storageLocation: `s3://metastore/${fullName.replaceAll('.', '/')}`,
            ...given,
            fullName,
        };
        this.#objects.set(`${given.type}/${fullName}`, object);
        return object;
    }
    /** Makes sure that the catalog and the schema of a three-part name exist. */
    ensureParents(fullName, owner, now) {
        const [catalog = '', schema = ''] = fullName.toLowerCase().split('.');
        if (this.find('catalog', catalog) === undefined)
            this.create({ type: 'catalog', fullName: catalog, owner }, now);
        const name = `${catalog}.${schema}`;
        if (this.find('schema', name) === undefined)
            this.create({ type: 'schema', fullName: name, owner }, now);
    }
    remove(type, fullName) {
        this.#objects.delete(`${type}/${fullName.toLowerCase()}`);
    }
    /** Owner of any securable, `null` when there is no such thing. */
    ownerOf(type, fullName) {
        if (type === 'metastore')
            return 'metastore-admins';
        if (type === 'function')
            return this.#models.find(fullName)?.owner ?? null;
        return this.find(type, fullName)?.owner ?? null;
    }
    grant(type, fullName, principal, ...privileges) {
        const held = this.#assignments(type, fullName);
        const known = held.get(principal) ?? new Set();
        for (const privilege of privileges)
            known.add(privilege.replaceAll(' ', '_').toUpperCase());
        held.set(principal, known);
    }
    revoke(type, fullName, principal, ...privileges) {
        const known = this.#assignments(type, fullName).get(principal);
        for (const privilege of privileges)
            known?.delete(privilege.replaceAll(' ', '_').toUpperCase());
        if (known?.size === 0)
            this.#assignments(type, fullName).delete(principal);
    }
    #assignments(type, fullName) {
        const key = `${type}/${fullName.toLowerCase()}`;
        const known = this.#grants.get(key) ?? new Map();
        this.#grants.set(key, known);
        return known;
    }
    /** Direct grants on one object. */
    direct(type, fullName) {
        return this.#assignments(type, fullName);
    }
    /** Grants on an object and on everything above it, per principal. */
    effective(type, fullName) {
        const all = new Map();
        for (const { type: fromType, name: fromName } of lineage(type, fullName)) {
            for (const [principal, privileges] of this.#assignments(fromType, fromName)) {
                const held = all.get(principal) ?? [];
                for (const privilege of privileges)
                    held.push({ privilege, fromType, fromName });
                all.set(principal, held);
            }
        }
        return all;
    }
    /** Whether an identity may use a privilege on an object: by administration, ownership, or grants to it or its groups. */
    allows(identity, type, fullName, privilege) {
        const owner = this.ownerOf(type, fullName);
        const names = principalsOf(identity);
        if (identity.admin || (owner !== null && names.includes(owner)))
            return true;
        const effective = this.effective(type, fullName);
        return names.some((name) => (effective.get(name) ?? []).some((held) => held.privilege === privilege || (held.privilege === 'ALL_PRIVILEGES' && privilege !== 'MANAGE')));
    }
    /** Whether an identity can reach into the schema of a three-part name. */
    reaches(identity, fullName) {
        const [catalog = '', schema = ''] = fullName.split('.');
        if (!this.allows(identity, 'catalog', catalog, 'USE_CATALOG'))
            return false;
        return schema === '' || this.allows(identity, 'schema', `${catalog}.${schema}`, 'USE_SCHEMA');
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/warehouses.js




/** SQL warehouses and statements. What a statement answers is for the test to say. */
class Warehouses {
    warehouses = new Map();
    #statements = new Map();
    #random;
    #permissions;
    #answer = () => ({ columns: [], rows: [] });
    constructor(random, permissions) {
        this.#random = random;
        this.#permissions = permissions;
        const owner = (id) => this.warehouses.get(id)?.creator ?? null;
        permissions.protect({
            type: 'warehouses',
            objectType: 'warehouses',
            levels: ['CAN_VIEW', 'CAN_MONITOR', 'CAN_USE', 'CAN_MANAGE'],
            owner,
        });
    }
    add(name, creator) {
        const warehouse = { id: hex(this.#random, 16), name, creator, state: 'RUNNING' };
        this.warehouses.set(warehouse.id, warehouse);
        return warehouse;
    }
    answer(answer) {
        this.#answer = answer;
    }
    register(router) {
        const base = '/api/2.0/sql';
        router.on('GET', `${base}/warehouses`, (call) => this.#list(call));
        router.on('GET', `${base}/warehouses/{id}`, (call) => json(this.#row(this.#get(call, call.params.id ?? '', 'CAN_VIEW'))));
        router.on('POST', `${base}/warehouses/{id}/start`, (call) => this.#set(call, 'RUNNING'));
        router.on('POST', `${base}/warehouses/{id}/stop`, (call) => this.#set(call, 'STOPPED'));
        router.on('POST', `${base}/statements`, (call) => this.#execute(call));
        router.on('GET', `${base}/statements/{id}`, (call) => this.#statement(call));
        router.on('POST', `${base}/statements/{id}/cancel`, () => json({}));
    }
    #get(call, id, needed) {
        const warehouse = this.warehouses.get(id);
        if (warehouse === undefined)
            throw missing(`SQL warehouse ${id} does not exist.`);
        if (!this.#permissions.reaches('warehouses', id, call.identity, needed))
            throw denied(`User does not have ${needed} on warehouse ${id}.`);
        return warehouse;
    }
    #row(warehouse) {
        return {
            id: warehouse.id,
            name: warehouse.name,
            state: warehouse.state,
            creator_name: warehouse.creator,
            cluster_size: 'Small',
        };
    }
    #list(call) {
        const seen = [...this.warehouses.values()].filter((warehouse) => this.#permissions.level('warehouses', warehouse.id, call.identity) !== null);
        return json(compact({ warehouses: seen.map((warehouse) => this.#row(warehouse)) }));
    }
    #set(call, state) {
        this.#get(call, call.params.id ?? '', 'CAN_MANAGE').state = state;
        return json({});
    }
    #execute(call) {
        this.#get(call, call.body.text('warehouse_id'), 'CAN_USE').state = 'RUNNING';
        const answer = this.#answer(call.body.text('statement'));
        const id = uuid(this.#random);
        const body = 'error' in answer ? failed(id, answer.error) : succeeded(id, answer.columns, answer.rows);
        this.#statements.set(id, body);
        return json(body);
    }
    #statement(call) {
        const body = this.#statements.get(call.params.id ?? '');
        if (body === undefined)
            throw missing(`Statement ${call.params.id} does not exist.`);
        return json(body);
    }
}
function failed(id, message) {
    return { statement_id: id, status: { state: 'FAILED', error: { error_code: 'BAD_REQUEST', message } } };
}
function succeeded(id, columns, rows) {
    const described = columns.map((name, position) => ({ name, position, type_text: 'STRING', type_name: 'STRING' }));
    return {
        statement_id: id,
        status: { state: 'SUCCEEDED' },
        manifest: {
            format: 'JSON_ARRAY',
            schema: { column_count: columns.length, columns: described },
            total_row_count: rows.length,
            truncated: false,
        },
        result: { chunk_index: 0, row_offset: 0, row_count: rows.length, data_array: rows },
    };
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/assembly.js











/** The rest of the platform: catalogs and grants, files, git folders, jobs, warehouses and apps. */
class Platform {
    securables;
    files = new WorkspaceFiles();
    gitFolders;
    jobs;
    warehouses;
    apps;
    #needs;
    constructor(needs) {
        const { simulation, random, permissions, models } = needs;
        this.#needs = needs;
        this.securables = new Securables(random, models);
        this.gitFolders = new GitFolders(this.files, random);
        this.jobs = new Jobs(simulation);
        this.warehouses = new Warehouses(random, permissions);
        this.apps = new Apps(simulation, random);
    }
    register(router) {
        const { permissions, workspaceId, metastoreId } = this.#needs;
        new CatalogRoutes(this.securables, { metastoreId, workspaceId }).register(router);
        new GrantRoutes(this.securables).register(router);
        new FileRoutes(this.files).register(router);
        registerVolumeFiles(router, this.files, (fullName) => this.securables.find('volume', fullName) !== undefined);
        this.gitFolders.register(router);
        new JobRoutes(this.jobs, permissions).register(router);
        this.warehouses.register(router);
        new AppRoutes(this.apps, permissions, (path) => this.#isFolder(path)).register(router);
    }
    #isFolder(path) {
        const type = this.files.find(path)?.type;
        return type === 'DIRECTORY' || type === 'REPO';
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/model-access.js

/** Rights on Unity Catalog models, from the grants. */
function modelAccess(securables) {
    return {
        read(identity, fullName) {
            if (!mayExecute(securables, identity, fullName))
                throw securables.notThere('function', fullName);
        },
        manage(identity, model) {
            if (securables.allows(identity, 'function', model.name, 'MANAGE'))
                return;
            throw denied(`User ${identity.userName} is not an owner of Registered Model '${model.name}'.`);
        },
        create(identity, catalog, schema) {
            securables.get('catalog', catalog);
            securables.get('schema', `${catalog}.${schema}`);
            const full = `${catalog}.${schema}`;
            const creates = ['CREATE_MODEL', 'CREATE_FUNCTION'].some((privilege) => securables.allows(identity, 'schema', full, privilege));
            if (creates && securables.reaches(identity, full))
                return;
            throw denied(`User does not have CREATE MODEL on Schema '${full}'.`);
        },
    };
}
/** EXECUTE with USE_CATALOG and USE_SCHEMA. */
function mayExecute(securables, identity, fullName) {
    return securables.reaches(identity, fullName) && securables.allows(identity, 'function', fullName, 'EXECUTE');
}
/**
 * Refuses an update when its caller or the endpoint's creator may not load the model. Identities that the workspace
 * does not know are taken for entitled; members that were deactivated are not.
 */
function checkLoaders(securables, credentials, model, loaders) {
    for (const loader of loaders) {
        const identity = credentials.find(loader);
        if (identity === undefined)
            continue;
        if (!identity.active || !mayExecute(securables, identity, model)) {
            throw denied(`User '${loader}' does not have EXECUTE permission on Registered Model '${model}' that the endpoint needs to load it.`);
        }
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/platform/permissions.js



const KINDS = ['user_name', 'group_name', 'service_principal_name'];
/** The generic permissions API: direct entries per object, on top of the owner's and the administrators' rights. */
class Permissions {
    #types = new Map();
    #entries = new Map();
    protect(type) {
        this.#types.set(type.type, type);
    }
    /** Gives a level to a principal, in place of what it had. */
    grant(type, id, entry) {
        const kept = this.#of(type, id).filter((known) => known.principal !== entry.principal || known.kind !== entry.kind);
        this.#entries.set(`${type}/${id}`, [...kept, entry]);
    }
    /** Takes away every direct entry of a principal. */
    revoke(type, id, principal) {
        this.#entries.set(`${type}/${id}`, this.#of(type, id).filter((known) => known.principal !== principal));
    }
    #of(type, id) {
        return this.#entries.get(`${type}/${id}`) ?? [];
    }
    /** The greatest level that an identity has on an object, `null` for none. */
    level(type, id, identity) {
        const known = this.#types.get(type);
        if (known === undefined)
            return null;
        if (identity.admin || known.owner(id) === identity.userName)
            return known.levels.at(-1) ?? null;
        const groups = identity.groups.map((group) => group.name);
        const held = this.#of(type, id)
            .filter((entry) => entry.kind === 'group_name'
            ? [...groups, 'users'].includes(entry.principal)
            : entry.principal === identity.userName)
            .map((entry) => known.levels.indexOf(entry.level));
        return held.length === 0 ? null : (known.levels[Math.max(...held)] ?? null);
    }
    /** Whether an identity has at least `needed`. */
    reaches(type, id, identity, needed) {
        const levels = this.#types.get(type)?.levels ?? [];
        const held = this.level(type, id, identity);
        return held !== null && levels.indexOf(held) >= levels.indexOf(needed);
    }
    register(router) {
        router.on('GET', '/api/2.0/permissions/{type}/{id}/permissionLevels', (call) => this.#levels(call));
        router.on('GET', '/api/2.0/permissions/{type}/{id}', (call) => this.#get(call));
        router.on('PUT', '/api/2.0/permissions/{type}/{id}', (call) => this.#change(call, true));
        router.on('PATCH', '/api/2.0/permissions/{type}/{id}', (call) => this.#change(call, false));
    }
    #object(call) {
        const [name = '', id = ''] = [call.params.type, call.params.id];
        const type = this.#types.get(name);
        if (type === undefined)
            throw failure_invalid(`Unknown object type '${name}'.`);
        const owner = type.owner(id);
        if (owner === null)
            throw missing(`${type.objectType} '${id}' does not exist.`);
        return { type, id, owner };
    }
    #levels(call) {
        const { type } = this.#object(call);
        return json({
            permission_levels: type.levels.map((level) => ({
                permission_level: level,
                description: `${level} on ${type.objectType}`,
            })),
        });
    }
    #get(call) {
        const { type, id, owner } = this.#object(call);
        if (this.level(type.type, id, call.identity) === null)
            throw denied(`${call.identity.userName} may not view this object.`);
        return json(this.#body(type, id, owner));
    }
    #row(entry) {
        const permission = { permission_level: entry.level, inherited: false };
        return compact({ [entry.kind]: entry.principal, display_name: entry.principal, all_permissions: [permission] });
    }
    #body(type, id, owner) {
        const top = type.levels.at(-1) ?? '';
        const own = {
            kind: owner.includes('@') ? 'user_name' : 'service_principal_name',
            principal: owner,
            level: top,
        };
        const inherited = { permission_level: top, inherited: true, inherited_from_object: [`/${type.type}/`] };
        return {
            object_id: `/${type.type}/${id}`,
            object_type: type.objectType,
            access_control_list: [
                this.#row(own),
                ...this.#of(type.type, id).map((entry) => this.#row(entry)),
                { group_name: 'admins', all_permissions: [inherited] },
            ],
        };
    }
    #entry(type, fields) {
        const kind = KINDS.find((candidate) => fields.has(candidate));
        if (kind === undefined)
            throw failure_invalid('An access control entry must name a user, a group or a service principal.');
        const level = fields.text('permission_level');
        if (!type.levels.includes(level))
            throw failure_invalid(`'${level}' is not a permission level of ${type.objectType}.`);
        return { kind, principal: fields.text(kind), level };
    }
    /** PUT replaces all direct entries, PATCH adds to them. */
    #change(call, replace) {
        const { type, id, owner } = this.#object(call);
        const top = type.levels.at(-1) ?? '';
        if (!this.reaches(type.type, id, call.identity, top))
            throw denied(`${call.identity.userName} needs ${top} to change permissions.`);
        const entries = call.body.objects('access_control_list').map((fields) => this.#entry(type, fields));
        if (replace)
            this.#entries.set(`${type.type}/${id}`, []);
        for (const entry of entries)
            this.grant(type.type, id, entry);
        return json(this.#body(type, id, owner));
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/invariants.js
function trafficOf(config, entity) {
    return config?.routes.find((route) => route.entity === entity)?.traffic ?? 0;
}
/**
 * Watches over what must hold at every moment, whoever writes: live routes make 100, no caller goes unserved, an entity
 * with live traffic is only removed in favour of entities that were ready before the update was sent, and no update
 * both brings an entity up and gives it traffic while another one has it.
 */
class Invariants {
    violations = [];
    #ledger;
    #endpoints;
    #unservedSeen = 0;
    constructor(ledger, endpoints) {
        this.#ledger = ledger;
        this.#endpoints = endpoints;
    }
    /** To be called after every request and every applied update. */
    check(at) {
        for (const endpoint of this.#endpoints())
            this.#checkRoutes(endpoint, at);
        const { unserved } = this.#ledger;
        const fresh = unserved[this.#unservedSeen];
        if (fresh === undefined)
            return;
        const count = unserved.length - this.#unservedSeen;
        this.#unservedSeen = unserved.length;
        this.#violate('unserved', fresh.endpoint, fresh.at, `${count} requests unserved: ${fresh.why}`);
    }
    #checkRoutes(endpoint, at) {
        if (endpoint.active === null)
            return;
        const sum = endpoint.active.routes.reduce((total, route) => total + route.traffic, 0);
        if (sum !== 100)
            this.#violate('routes-sum', endpoint.name, at, `live routes make ${sum}`);
    }
    /** To be called when an update is accepted, before anything of it is carried out. */
    accepted(endpoint, next, at) {
        const { active } = endpoint;
        if (active === null)
            return;
        const unready = next.entities.filter((entity) => entity.deployment !== 'DEPLOYMENT_READY' && trafficOf(next, entity.name) > 0);
        for (const entity of unready) {
            this.#violate('unready-entity-takes-traffic', endpoint.name, at, `'${entity.name}' is to take traffic before it was ever ready`);
        }
        for (const entity of active.entities) {
            const removed = trafficOf(active, entity.name) > 0 && !next.entities.includes(entity);
            if (!removed || unready.length === 0)
                continue;
            this.#violate('live-entity-removed', endpoint.name, at, `'${entity.name}' has live traffic and is replaced by unproven entities`);
        }
    }
    #violate(rule, endpoint, at, message) {
        const last = this.violations.at(-1);
        if (last?.rule === rule && last.endpoint === endpoint && last.message === message)
            return;
        this.violations.push({ rule, endpoint, at, message });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/open-api.js
/** The query schema: one path for each served model. */
function openApi(endpoint) {
    const paths = (endpoint.active?.entities ?? []).map((entity) => [
        `/served-models/${entity.name}/invocations`,
        {
            servers: [{ url: `/serving-endpoints/${endpoint.name}` }],
            post: {
                requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
                responses: {
                    200: { description: 'Predictions', content: { 'application/json': { schema: { type: 'object' } } } },
                },
            },
        },
    ]);
    return { openapi: '3.1.0', info: { title: endpoint.name, version: '1' }, paths: Object.fromEntries(paths) };
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/types.js
/** Share of the endpoint's traffic that an entity of the active configuration has. */
function liveTraffic(endpoint, entity) {
    return endpoint.active?.routes.find((route) => route.entity === entity)?.traffic ?? 0;
}
/** The active configuration's entity of that name. */
function liveEntity(endpoint, name) {
    return endpoint.active?.entities.find((entity) => entity.name === name);
}
/** Whether calls are answered at all. */
function isReady(endpoint) {
    const { active, stopped } = endpoint;
    return !stopped && active !== null && active.entities.every((entity) => entity.deployment !== 'DEPLOYMENT_CREATING');
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/wire.js


/** GET lists entities by name, whatever order was sent. */
function sorted(config) {
    return [...config.entities].sort((a, b) => (a.name < b.name ? -1 : 1));
}
function entityBody(entity, legacy) {
    return compact({
        name: entity.name,
        [legacy ? 'model_name' : 'entity_name']: entity.entityName,
        [legacy ? 'model_version' : 'entity_version']: entity.entityVersion,
        ...entity.settings,
        ...(entity.entityName === '' ? {} : { type: entity.entityName.includes('.') ? 'UC_MODEL' : 'CUSTOM_MODEL' }),
        creator: entity.creator,
        creation_timestamp: entity.createdAt,
        state: { deployment: entity.deployment, deployment_state_message: entity.message },
    });
}
/** A configuration with both spellings of its entities and routes. `started` adds the start time of a pending one. */
function configBody(config, started) {
    const routes = [...config.routes].sort((a, b) => (a.entity < b.entity ? -1 : 1));
    return compact({
        config_version: config.version,
        ...(started ? { start_time: config.startedAt } : {}),
        served_entities: sorted(config).map((entity) => entityBody(entity, false)),
        served_models: sorted(config).map((entity) => entityBody(entity, true)),
        traffic_config: {
            routes: routes.map((route) => ({
                served_entity_name: route.entity,
                served_model_name: route.entity,
                traffic_percentage: route.traffic,
            })),
        },
        auto_capture_config: config.autoCapture,
    });
}
function stateBody(endpoint, shown) {
    return {
        ready: isReady(endpoint) ? 'READY' : 'NOT_READY',
        [shown.oldStateName ? 'update_state' : 'config_update']: endpoint.update,
        suspend: endpoint.stopped ? 'STOPPED' : 'NOT_SUSPENDED',
    };
}
/** Tags in an order of their own. */
function tagRows(endpoint) {
    return [...endpoint.tags].sort(([a], [b]) => (a < b ? 1 : -1)).map(([key, value]) => compact({ key, value }));
}
function dataPlane(endpoint, shown) {
    const url = `${shown.host}/serving-endpoints/${endpoint.name}/invocations`;
    const details = JSON.stringify([
        { type: 'unity_catalog_permission', object_path: endpoint.name, actions: ['query'] },
    ]);
    return { endpoint_url: url, data_plane_info: { query_info: { endpoint_url: url, authorization_details: details } } };
}
/** The detailed view that GET of one endpoint, POST and PUT answer with. */
function detailed(endpoint, shown) {
    return compact({
        name: endpoint.name,
        id: endpoint.id,
        creator: endpoint.creator,
        creator_display_name: endpoint.creator,
        creation_timestamp: endpoint.createdAt,
        last_updated_timestamp: endpoint.updatedAt,
        description: endpoint.description,
        budget_policy_id: endpoint.budgetPolicyId,
        permission_level: shown.permissionLevel,
        route_optimized: endpoint.routeOptimized ? true : undefined,
        ...(endpoint.routeOptimized ? dataPlane(endpoint, shown) : {}),
        tags: tagRows(endpoint),
        ai_gateway: endpoint.aiGateway,
        email_notifications: endpoint.emailNotifications,
        state: stateBody(endpoint, shown),
        config: endpoint.active === null ? undefined : configBody(endpoint.active, false),
        pending_config: endpoint.pending === null ? undefined : configBody(endpoint.pending, true),
    });
}
/** A row of the list of all endpoints: no routes, no entity states. */
function summary(endpoint, shown) {
    const config = endpoint.active ?? endpoint.pending;
    const entities = config === null ? [] : sorted(config);
    return compact({
        name: endpoint.name,
        id: endpoint.id,
        creator: endpoint.creator,
        creation_timestamp: endpoint.createdAt,
        last_updated_timestamp: endpoint.updatedAt,
        tags: tagRows(endpoint),
        state: stateBody(endpoint, shown),
        config: {
            served_entities: entities.map((entity) => compact({ name: entity.name, entity_name: entity.entityName, entity_version: entity.entityVersion })),
        },
    });
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/endpoint-routes.js




const endpoint_routes_BASE = '/api/2.0/serving-endpoints';
const endpoint_routes_ORDER = ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'];
/** Whether `held` is at least `needed`. */
function reaches(held, needed) {
    return held !== null && endpoint_routes_ORDER.indexOf(held) >= endpoint_routes_ORDER.indexOf(needed);
}
/** The control plane of serving endpoints. */
class EndpointRoutes {
    #endpoints;
    #access;
    #stale;
    #settings;
    constructor(endpoints, access, stale, settings) {
        this.#endpoints = endpoints;
        this.#access = access;
        this.#stale = stale;
        this.#settings = settings;
    }
    register(router) {
        router.on('POST', endpoint_routes_BASE, (call) => this.#create(call));
        router.on('GET', endpoint_routes_BASE, (call) => this.#list(call));
        router.on('GET', `${endpoint_routes_BASE}/{name}`, (call) => this.#get(call));
        router.on('DELETE', `${endpoint_routes_BASE}/{name}`, (call) => this.#remove(call));
        router.on('PUT', `${endpoint_routes_BASE}/{name}/config`, (call) => this.#update(call));
        router.on('POST', `${endpoint_routes_BASE}/{name}/config:stop`, (call) => this.#suspend(call, true));
        router.on('POST', `${endpoint_routes_BASE}/{name}/config:start`, (call) => this.#suspend(call, false));
        router.on('PATCH', `${endpoint_routes_BASE}/{name}/tags`, (call) => this.#tags(call));
        router.on('PUT', `${endpoint_routes_BASE}/{name}/ai-gateway`, (call) => this.#gateway(call));
        router.on('PUT', `${endpoint_routes_BASE}/{name}/rate-limits`, (call) => this.#rateLimits(call));
        router.on('PATCH', `${endpoint_routes_BASE}/{name}/notifications`, (call) => this.#notifications(call));
        router.on('GET', `${endpoint_routes_BASE}/{name}/events`, (call) => this.#events(call));
        router.on('GET', `${endpoint_routes_BASE}/{name}/openapi`, (call) => this.#openApi(call));
        router.on('GET', `${endpoint_routes_BASE}/{name}/served-models/{entity}/build-logs`, (call) => this.#logs(call, 'build'));
        router.on('GET', `${endpoint_routes_BASE}/{name}/served-models/{entity}/logs`, (call) => this.#logs(call, 'server'));
    }
    #reach(call, needed) {
        const endpoint = this.#endpoints.get(call.params.name ?? '');
        if (!reaches(this.#access.level(call.identity, endpoint), needed)) {
            throw denied(`User ${call.identity.userName} does not have ${needed} permission on endpoint '${endpoint.name}'.`);
        }
        return endpoint;
    }
    #view(call, endpoint) {
        return detailed(endpoint, this.#shown(call, endpoint));
    }
    #shown(call, endpoint) {
        const level = this.#access.level(call.identity, endpoint) ?? '';
        const host = `http://${call.headers.host ?? '127.0.0.1'}`;
        return { permissionLevel: level, oldStateName: this.#settings.oldStateName, host };
    }
    #create(call) {
        const endpoint = this.#endpoints.create(call.body, call.identity.userName);
        return json(this.#view(call, endpoint));
    }
    #list(call) {
        const seen = this.#endpoints.all().filter((endpoint) => this.#access.level(call.identity, endpoint) !== null);
        return json(seen.length === 0 ? {} : { endpoints: seen.map((endpoint) => summary(endpoint, this.#shown(call, endpoint))) });
    }
    #get(call) {
        const endpoint = this.#reach(call, 'CAN_VIEW');
        return json(this.#stale.read(endpoint.name) ?? this.#view(call, endpoint));
    }
    /** An empty object and not an empty body: MLflow's deployment client parses it. */
    #remove(call) {
        this.#endpoints.remove(this.#reach(call, 'CAN_MANAGE'));
        return json({});
    }
    /** The answer already shows the update in progress. */
    #update(call) {
        const endpoint = this.#reach(call, 'CAN_MANAGE');
        const before = this.#view(call, endpoint);
        this.#endpoints.update(endpoint, call.body, call.identity.userName);
        this.#stale.updated(endpoint.name, before);
        return json(this.#view(call, endpoint));
    }
    #suspend(call, stopped) {
        const endpoint = this.#reach(call, 'CAN_MANAGE');
        this.#endpoints.setStopped(endpoint, stopped);
        return json(this.#view(call, endpoint));
    }
    /** Deletions are carried out after additions; adding a known key overwrites it. */
    #tags(call) {
        const endpoint = this.#reach(call, 'CAN_MANAGE');
        const added = call.body
            .objects('add_tags')
            .map((tag) => [tag.text('key'), tag.optionalText('value') ?? '']);
        for (const [key, value] of added) {
            if (key.length > 127)
                throw failure_invalid(`Tag key '${key.slice(0, 20)}…' is longer than 127 characters.`);
            if (value.length > 255)
                throw failure_invalid(`The value of tag '${key}' is longer than 255 characters.`);
        }
        for (const [key, value] of added)
            endpoint.tags.set(key, value);
        for (const key of call.body.texts('delete_tags'))
            endpoint.tags.delete(key);
        return json({ tags: tagRows(endpoint) });
    }
    #gateway(call) {
        const endpoint = this.#reach(call, 'CAN_MANAGE');
        const given = Object.values(call.body.raw).some((value) => value !== null && value !== undefined);
        endpoint.aiGateway = given ? call.body.raw : undefined;
        return json(endpoint.aiGateway ?? {});
    }
    #rateLimits(call) {
        const endpoint = this.#reach(call, 'CAN_MANAGE');
        endpoint.rateLimits = call.body.list('rate_limits');
        return json({ rate_limits: endpoint.rateLimits });
    }
    #notifications(call) {
        const endpoint = this.#reach(call, 'CAN_MANAGE');
        endpoint.emailNotifications = call.body.optionalObject('email_notifications');
        return json({ name: endpoint.name, email_notifications: endpoint.emailNotifications });
    }
    #events(call) {
        const endpoint = this.#reach(call, 'CAN_VIEW');
        return json({
            events: endpoint.events.map((event) => ({
                event_type: event.type,
                status: event.status,
                message: event.message,
                timestamp: event.at,
            })),
        });
    }
    #openApi(call) {
        return json(openApi(this.#reach(call, 'CAN_QUERY')));
    }
    #logs(call, kind) {
        const endpoint = this.#reach(call, 'CAN_VIEW');
        const entities = [...(endpoint.active?.entities ?? []), ...(endpoint.pending?.entities ?? [])];
        const entity = entities.find((candidate) => candidate.name === call.params.entity);
        if (entity === undefined)
            throw missing(`Served model '${call.params.entity}' does not exist on '${endpoint.name}'.`);
        const state = `${entity.deployment} ${entity.message}`.trim();
        return json({ logs: `[${kind}] ${entity.entityName} version ${entity.entityVersion}: ${state}\n` });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/answers.js

/** FNV-1a over the row's JSON: the same row always gets the same class. */
function classOf(row) {
    let hash = 0x811c9dc5;
    for (const character of JSON.stringify(row) ?? '') {
        hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    }
    return (hash >>> 0) % 10;
}
/** Rows of an invocation body, or `null` when it is in none of the forms that scoring servers take. */
function rowsOf(body) {
    if (!isObject(body))
        return null;
    const given = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'].filter((key) => key in body);
    if (given.length !== 1)
        return null;
    const { dataframe_split: split, dataframe_records: records, instances, inputs } = body;
    if (split !== undefined)
        return isObject(split) && Array.isArray(split.data) ? split.data : null;
    if (records !== undefined)
        return Array.isArray(records) ? records : null;
    if (instances !== undefined)
        return Array.isArray(instances) ? instances : null;
    if (Array.isArray(inputs))
        return inputs;
    if (!isObject(inputs))
        return null;
    const [column] = Object.values(inputs);
    return Array.isArray(column) ? column : [inputs];
}
function prediction(answers, row) {
    if (typeof answers === 'function')
        return answers(row);
    if (answers === 'permuted')
        return (classOf(row) + 1) % 10;
    return answers === 'null' ? null : classOf(row);
}
/** The body of a successful invocation. NaN is written bare, as Python's encoder does. */
function answerBody(answers, rows) {
    if (answers === 'not-json')
        return 'Traceback (most recent call last): …';
    if (answers === 'nan')
        return `{"predictions": [${rows.map(() => 'NaN').join(', ')}]}`;
    const predictions = rows.map((row) => prediction(answers, row));
    if (answers === 'other-shape')
        return JSON.stringify({ predictions: { label: predictions } });
    return JSON.stringify({ predictions: answers === 'short' ? predictions.slice(1) : predictions });
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/invocations.js







/** The paths on which models are queried. Latency is really slept, errors are 500 with a JSON body. */
class Invocations {
    #endpoints;
    #traffic;
    #access;
    #simulation;
    #habits;
    constructor(endpoints, traffic, access, simulation, habits) {
        this.#endpoints = endpoints;
        this.#traffic = traffic;
        this.#access = access;
        this.#simulation = simulation;
        this.#habits = habits;
    }
    register(router) {
        const split = (call) => this.#split(call);
        const direct = (call) => this.#direct(call);
        router.on('POST', '/serving-endpoints/{name}/invocations', split, { reads: true });
        router.on('POST', '/serving-endpoints/{name}/served-models/{entity}/invocations', direct, { reads: true });
    }
    #endpoint(call) {
        const endpoint = this.#endpoints.get(call.params.name ?? '');
        if (!reaches(this.#access.level(call.identity, endpoint), 'CAN_QUERY')) {
            throw denied(`User ${call.identity.userName} does not have CAN_QUERY permission on endpoint '${endpoint.name}'.`);
        }
        if (endpoint.stopped)
            throw new ApiFailure('BAD_REQUEST', `Endpoint '${endpoint.name}' is stopped. Please start it first.`);
        if (!isReady(endpoint)) {
            const code = this.#habits.notReadyStatus === 404 ? 'NOT_FOUND' : 'TEMPORARILY_UNAVAILABLE';
            throw new ApiFailure(code, `Endpoint '${endpoint.name}' is not ready.`);
        }
        return endpoint;
    }
    async #split(call) {
        const endpoint = this.#endpoint(call);
        const chosen = this.#traffic.choose(endpoint);
        if ('why' in chosen)
            throw new ApiFailure('TEMPORARILY_UNAVAILABLE', `No model can answer: ${chosen.why}.`);
        const first = await this.#invoke(call, endpoint, chosen.entity);
        return first.status >= 500 ? this.#fallBack(call, endpoint, chosen.entity, first) : first;
    }
    /** The AI gateway's fallback tries the other entities in their order until one succeeds. */
    async #fallBack(call, endpoint, failed, reply) {
        const setting = endpoint.aiGateway?.fallback_config;
        if (!isObject(setting) || setting.enabled !== true)
            return reply;
        for (const entity of endpoint.active?.entities ?? []) {
            if (entity === failed)
                continue;
            const next = await this.#invoke(call, endpoint, entity);
            if (next.status < 500)
                return next;
        }
        return reply;
    }
    async #direct(call) {
        const endpoint = this.#endpoint(call);
        const entity = liveEntity(endpoint, call.params.entity ?? '');
        if (entity === undefined || entity.deployment !== 'DEPLOYMENT_READY') {
            throw missing(`Served model '${call.params.entity}' does not exist on endpoint '${endpoint.name}'.`);
        }
        return this.#invoke(call, endpoint, entity);
    }
    async #invoke(call, endpoint, entity) {
        const { backend } = this.#traffic.behaviourOf(entity);
        const named = { 'served-model-name': entity.name };
        if (backend !== undefined)
            return this.#forward(call, endpoint, entity, backend);
        const outcome = this.#traffic.draw(endpoint, entity, call.now);
        await (0,promises_namespaceObject.setTimeout)(outcome.latencyMs);
        const rows = rowsOf(call.body.raw);
        const status = rows === null ? 400 : outcome.status;
        this.#note(endpoint, entity, { ...outcome, status });
        if (rows === null) {
            const message = 'Invalid input: exactly one of dataframe_split, dataframe_records, instances, inputs must be given.';
            return json({ error_code: 'BAD_REQUEST', message }, 400, named);
        }
        if (status !== 200)
            return this.#error(status, named);
        const answers = this.#traffic.conductOf(endpoint, entity, call.now).answers ?? 'agree';
        const reply = reply_text(answerBody(answers, rows), 'application/json');
        return { ...reply, headers: { ...reply.headers, ...named } };
    }
    #error(status, headers) {
        const code = status === 400 ? 'BAD_REQUEST' : status === 503 ? 'TEMPORARILY_UNAVAILABLE' : 'INTERNAL_ERROR';
        return json({ error_code: code, message: 'Encountered an unexpected error while evaluating the model.' }, status, headers);
    }
    #note(endpoint, entity, outcome) {
        this.#simulation.settle();
        this.#traffic.record(endpoint, entity, 'http', this.#simulation.now, outcome);
    }
    async #forward(call, endpoint, entity, backend) {
        const started = performance.now();
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${backend}/invocations`, {
            method: 'POST',
            headers,
            body: new Uint8Array(call.rawBody),
        })
            .then(async (response) => ({ status: response.status, body: await response.text() }))
            .catch((thrown) => ({
            status: 500,
            body: JSON.stringify({ error_code: 'INTERNAL_ERROR', message: String(thrown) }),
        }));
        const status = answer.status >= 500 ? 500 : answer.status >= 400 ? 400 : 200;
        this.#note(endpoint, entity, { status, latencyMs: performance.now() - started });
        const reply = reply_text(answer.body, 'application/json', answer.status);
        return { ...reply, headers: { ...reply.headers, 'served-model-name': entity.name } };
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/export-habits.js
const USUAL_EXPORT = {
    entityLabel: 'served_entity_name',
    endpointLabel: 'endpoint_name',
    series: 'all',
    histogram: 'window',
    format: 'prometheus',
    absentForMs: 0,
    gapAfterUpdateMs: 0,
    lagMs: 0,
    staleFrom: null,
    notANumber: false,
    garbage: null,
};

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/minutes.js
/** Upper bounds of the latency histogram, ms; a last bucket takes the rest. */
const LATENCY_BOUNDS = [
    1, 2.5, 5, 10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2500, 5000, 10000,
];
const MINUTE = 60_000;
/** A tally of nothing. */
function emptyTally() {
    return {
        requests: 0,
        errors4xx: 0,
        errors5xx: 0,
        latencySum: 0,
        latencyBuckets: new Array(LATENCY_BOUNDS.length + 1).fill(0),
    };
}
/** Adds `other` to `sum`. */
function addTally(sum, other) {
    sum.requests += other.requests;
    sum.errors4xx += other.errors4xx;
    sum.errors5xx += other.errors5xx;
    sum.latencySum += other.latencySum;
    for (const [index, count] of other.latencyBuckets.entries()) {
        sum.latencyBuckets[index] = (sum.latencyBuckets[index] ?? 0) + count;
    }
}
function bucketOf(latencyMs) {
    const index = LATENCY_BOUNDS.findIndex((bound) => latencyMs <= bound);
    return index < 0 ? LATENCY_BOUNDS.length : index;
}
/** Number of the minute that contains `at`. */
function minuteOf(at) {
    return Math.floor(at / MINUTE);
}
/** End of a minute, epoch ms: the timestamp under which its figures are exported. */
function minuteEnd(minute) {
    return (minute + 1) * MINUTE;
}
/** Per-minute figures of every served entity, for the metrics export. */
class Minutes {
    #tallies = new Map();
    #key(endpoint, entity, minute) {
        return `${endpoint}|${entity}|${minute}`;
    }
    record(endpoint, entity, at, status, latencyMs) {
        const key = this.#key(endpoint, entity, minuteOf(at));
        let tally = this.#tallies.get(key);
        if (tally === undefined) {
            tally = emptyTally();
            this.#tallies.set(key, tally);
        }
        tally.requests += 1;
        if (status >= 500)
            tally.errors5xx += 1;
        else if (status >= 400)
            tally.errors4xx += 1;
        tally.latencySum += latencyMs;
        const bucket = bucketOf(latencyMs);
        tally.latencyBuckets[bucket] = (tally.latencyBuckets[bucket] ?? 0) + 1;
    }
    /** Figures of one minute; nothing recorded is a tally of nothing. */
    at(endpoint, entity, minute) {
        return this.#tallies.get(this.#key(endpoint, entity, minute)) ?? emptyTally();
    }
    /** Sum of all minutes up to and including `minute`, for exporters whose histograms are cumulative. */
    until(endpoint, entity, minute) {
        const sum = emptyTally();
        const prefix = `${endpoint}|${entity}|`;
        for (const [key, tally] of this.#tallies) {
            if (key.startsWith(prefix) && Number(key.slice(prefix.length)) <= minute)
                addTally(sum, tally);
        }
        return sum;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/exposition.js

const GAUGES = [
    {
        name: 'request_count_total',
        help: 'Number of requests in the last minute.',
        always: true,
        value: ({ tally }) => tally.requests,
    },
    {
        name: 'request_4xx_count_total',
        help: 'Number of 4xx errors in the last minute.',
        always: true,
        value: ({ tally }) => tally.errors4xx,
    },
    {
        name: 'request_5xx_count_total',
        help: 'Number of 5xx errors in the last minute.',
        always: true,
        value: ({ tally }) => tally.errors5xx,
    },
    {
        name: 'cpu_usage_percentage',
        help: 'Average CPU utilization.',
        always: false,
        value: ({ tally, concurrency }) => utilisation(tally, concurrency),
    },
    { name: 'mem_usage_percentage', help: 'Average memory utilization.', always: false, value: () => 41.5 },
    {
        name: 'provisioned_concurrent_requests_total',
        help: 'Provisioned concurrency.',
        always: false,
        value: ({ concurrency }) => concurrency,
    },
];
/** Percent: time spent in requests as a share of what the provisioned concurrency could have spent in the minute. */
function utilisation(tally, concurrency) {
    const share = tally.latencySum / (60_000 * Math.max(1, concurrency));
    return Math.round(Math.min(100, 2 + 98 * share) * 10) / 10;
}
function concurrencyOf(entity) {
    const least = entity.settings.min_provisioned_concurrency;
    if (typeof least === 'number')
        return least;
    const bySize = { Small: 4, Medium: 8, Large: 16 };
    return bySize[String(entity.settings.workload_size)] ?? 4;
}
function seriesOf(endpoint, minute, minutes, habits) {
    const common = habits.endpointLabel === null ? {} : { [habits.endpointLabel]: endpoint.name };
    const each = (endpoint.active?.entities ?? []).map((entity) => {
        const tally = minutes.at(endpoint.name, entity.name, minute);
        const histogram = habits.histogram === 'window' ? tally : minutes.until(endpoint.name, entity.name, minute);
        const labels = habits.entityLabel === null ? common : { ...common, [habits.entityLabel]: entity.name };
        return { labels, tally, histogram, concurrency: concurrencyOf(entity) };
    });
    if (habits.entityLabel !== null)
        return each;
    const [tally, histogram] = [emptyTally(), emptyTally()];
    for (const series of each) {
        addTally(tally, series.tally);
        addTally(histogram, series.histogram);
    }
    return [{ labels: common, tally, histogram, concurrency: each.reduce((sum, series) => sum + series.concurrency, 0) }];
}
function labelText(labels) {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`);
    return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
function histogramLines(name, series, write) {
    const { labels, histogram } = series;
    let cumulative = 0;
    const buckets = histogram.latencyBuckets.map((count, index) => {
        cumulative += count;
        const bound = LATENCY_BOUNDS[index];
        return write(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, cumulative);
    });
    const sum = Math.round(histogram.latencySum * 1000) / 1000;
    return [...buckets, write(`${name}_sum`, labels, sum), write(`${name}_count`, labels, histogram.requests)];
}
/**
 * The exposition of one minute, `null` for a minute without figures. Every sample carries the end of its minute:
 * epoch ms in the Prometheus form, seconds in OpenMetrics.
 */
function renderExport(endpoint, minute, minutes, habits) {
    const lines = [];
    const end = minute === null ? 0 : minuteEnd(minute);
    const stamp = habits.format === 'openmetrics' ? String(end / 1000) : String(end);
    const write = (name, labels, value) => `${name}${labelText(labels)} ${habits.notANumber ? 'NaN' : value} ${stamp}`;
    const all = minute === null ? [] : seriesOf(endpoint, minute, minutes, habits);
    for (const gauge of GAUGES) {
        if (!gauge.always && habits.series === 'requests')
            continue;
        lines.push(`# HELP ${gauge.name} ${gauge.help}`, `# TYPE ${gauge.name} gauge`);
        for (const series of all)
            lines.push(write(gauge.name, series.labels, gauge.value(series)));
    }
    if (habits.series === 'all') {
        lines.push('# HELP request_latency_ms Request latency.', '# TYPE request_latency_ms histogram');
        for (const series of all)
            lines.push(...histogramLines('request_latency_ms', series, write));
    }
    if (habits.format === 'openmetrics')
        lines.push('# EOF');
    return `${lines.join('\n')}\n`;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/metrics-export.js






/** `GET /api/2.0/serving-endpoints/{name}/metrics`. */
class MetricsExport {
    #endpoints;
    #minutes;
    #access;
    #habits = new Map();
    #appliedAt = new Map();
    #usual;
    constructor(endpoints, minutes, access, habits) {
        this.#endpoints = endpoints;
        this.#minutes = minutes;
        this.#access = access;
        this.#usual = { ...USUAL_EXPORT, ...habits };
    }
    register(router) {
        router.on('GET', '/api/2.0/serving-endpoints/{name}/metrics', (call) => this.#answer(call));
    }
    /** Changes the habits from now on, for one endpoint or for all that have none of their own. */
    configure(habits, endpoint) {
        if (endpoint === undefined)
            this.#usual = { ...this.#usual, ...habits };
        else
            this.#habits.set(endpoint, { ...this.#of(endpoint), ...habits });
    }
    /** To be told of every applied configuration. */
    applied(endpoint, at) {
        this.#appliedAt.set(endpoint.name, at);
    }
    #of(endpoint) {
        return this.#habits.get(endpoint) ?? this.#usual;
    }
    #answer(call) {
        const endpoint = this.#endpoints.get(call.params.name ?? '');
        if (!reaches(this.#access.level(call.identity, endpoint), 'CAN_VIEW'))
            throw denied('Read access to the endpoint is needed.');
        const habits = this.#of(endpoint.name);
        if (endpoint.active === null || call.now - endpoint.createdAt < habits.absentForMs) {
            throw missing(`Metrics for endpoint '${endpoint.name}' are not available.`);
        }
        const type = habits.format === 'openmetrics'
            ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
            : 'text/plain; version=0.0.4';
        return reply_text(this.#body(endpoint, habits, call.now), type);
    }
    #body(endpoint, habits, now) {
        if (habits.garbage !== null)
            return habits.garbage;
        const until = Math.min(now - habits.lagMs, habits.staleFrom ?? Number.POSITIVE_INFINITY);
        const minute = minuteOf(until) - 1;
        const applied = this.#appliedAt.get(endpoint.name) ?? Number.NEGATIVE_INFINITY;
        const gap = minuteEnd(minute) > applied && minuteEnd(minute) <= applied + habits.gapAfterUpdateMs;
        return renderExport(endpoint, gap ? null : minute, this.#minutes, habits);
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/behaviours.js

const DEFAULT_LATENCY = { median: 20, sigma: 0.3 };
function behaviours_holds(change, moment) {
    if (change.at !== undefined && moment.now < change.at)
        return false;
    if (change.trafficAbove !== undefined && moment.traffic <= change.trafficAbove)
        return false;
    if (change.afterTrafficMs === undefined)
        return true;
    return moment.firstTrafficAt !== null && moment.now - moment.firstTrafficAt >= change.afterTrafficMs;
}
/** The conduct in force at a moment. */
function conductAt(behaviour, moment) {
    let conduct = behaviour;
    for (const change of behaviour.after ?? [])
        if (behaviours_holds(change, moment))
            conduct = { ...conduct, ...change };
    return conduct;
}
function errorRateAt(conduct, now) {
    const { bursts } = conduct;
    if (bursts !== undefined && now % bursts.everyMs < bursts.lastingMs)
        return bursts.errorRate;
    return conduct.errorRate ?? 0;
}
/** Draws the outcome of one request. */
function drawOutcome(conduct, now, random) {
    const { median, sigma = 0.3 } = conduct.latencyMs ?? DEFAULT_LATENCY;
    const latencyMs = sigma === 0 ? median : median * Math.exp(sigma * normal(random));
    const draw = random();
    const errors = errorRateAt(conduct, now);
    if (draw < errors)
        return { status: 500, latencyMs };
    return { status: draw < errors + (conduct.clientErrorRate ?? 0) ? 400 : 200, latencyMs };
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/ledger.js
/** Index of the first moment that is not before `at`. */
function lowerBound(moments, at) {
    let [low, high] = [0, moments.length];
    while (low < high) {
        const middle = (low + high) >>> 1;
        if ((moments[middle] ?? 0) < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
function ledger_within(moments, query) {
    const from = query.from === undefined ? 0 : lowerBound(moments, query.from);
    const to = query.to === undefined ? moments.length : lowerBound(moments, query.to);
    return from === 0 && to === moments.length ? moments : moments.slice(from, to);
}
function ledger_fits(account, query) {
    return ['endpoint', 'entity', 'model', 'version', 'source'].every((key) => query[key] === undefined || query[key] === account[key]);
}
/** Who answered what and when: the truth against which tests hold what the Action believes. */
class TrafficLedger {
    #accounts = new Map();
    #unserved = [];
    record(endpoint, entity, source, at, outcome) {
        const account = this.#account(endpoint, entity, source);
        account.requests.push(at);
        if (outcome.status >= 500)
            account.errors.push(at);
    }
    #account(endpoint, entity, source) {
        const key = [endpoint, entity.name, entity.entityName, entity.entityVersion, source].join('|');
        const known = this.#accounts.get(key);
        if (known !== undefined)
            return known;
        const { name, entityName: model, entityVersion: version } = entity;
        const account = { endpoint, entity: name, model, version, source, requests: [], errors: [] };
        this.#accounts.set(key, account);
        return account;
    }
    recordUnserved(endpoint, at, why) {
        this.#unserved.push({ endpoint, at, why });
    }
    /** Requests of callers that nobody could answer. */
    get unserved() {
        return this.#unserved;
    }
    /** Sums over everything that fits the query. */
    tally(query = {}) {
        let [requests, errors] = [0, 0];
        let [firstAt, lastAt] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const account of this.#accounts.values()) {
            if (!ledger_fits(account, query))
                continue;
            const moments = ledger_within(account.requests, query);
            requests += moments.length;
            errors += ledger_within(account.errors, query).length;
            firstAt = Math.min(firstAt, moments[0] ?? firstAt);
            lastAt = Math.max(lastAt, moments.at(-1) ?? lastAt);
        }
        return { requests, errors, firstAt: requests === 0 ? null : firstAt, lastAt: requests === 0 ? null : lastAt };
    }
    /** Throws when any caller's request went unserved. */
    assertNoUnserved() {
        const [first] = this.#unserved;
        if (first === undefined)
            return;
        const when = new Date(first.at).toISOString();
        throw new Error(`${this.#unserved.length} requests were not served; the first at ${when} on ${first.endpoint}: ${first.why}`);
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/traffic/traffic.js





/** Everything that answers requests: conduct of the versions, simulated callers, and the record of both. */
class Traffic {
    ledger = new TrafficLedger();
    minutes = new Minutes();
    #endpoints;
    #random;
    #callers = [];
    #behaviours = new Map();
    #firstTraffic = new Map();
    #simulation;
    constructor(endpoints, simulation, random) {
        this.#endpoints = endpoints;
        this.#simulation = simulation;
        this.#random = random;
        simulation.onSpan((from, to) => this.#flow(from, to));
    }
    /** How a version conducts itself on every endpoint, from now on. */
    behave(model, version, behaviour) {
        this.#behaviours.set(`${model}|${version}`, behaviour);
    }
    behaviourOf(entity) {
        return this.#behaviours.get(`${entity.entityName}|${entity.entityVersion}`) ?? {};
    }
    /** Callers that keep coming until stopped. They wait for the first configuration of an endpoint, then never rest. */
    start(plan) {
        const callers = { plan, next: this.#simulation.now + exponential(this.#random, plan.requestsPerSecond / 1000) };
        this.#callers.push(callers);
        return { stop: () => this.#stop(callers) };
    }
    #stop(callers) {
        this.#simulation.settle();
        const index = this.#callers.indexOf(callers);
        if (index >= 0)
            this.#callers.splice(index, 1);
    }
    /** To be told of every applied configuration. */
    applied(endpoint, config, at) {
        for (const route of config.routes) {
            const key = `${endpoint.id}|${route.entity}`;
            if (route.traffic > 0 && !this.#firstTraffic.has(key))
                this.#firstTraffic.set(key, at);
        }
    }
    conductOf(endpoint, entity, now) {
        const traffic = liveTraffic(endpoint, entity.name);
        const firstTrafficAt = this.#firstTraffic.get(`${endpoint.id}|${entity.name}`) ?? null;
        return conductAt(this.behaviourOf(entity), { now, traffic, firstTrafficAt });
    }
    /** Draws how one request to this entity ends. */
    draw(endpoint, entity, now) {
        const cold = this.behaviourOf(entity).coldStartMs ?? 0;
        if (entity.readyAt !== null && now < entity.readyAt + cold)
            return { status: 503, latencyMs: 1 };
        return drawOutcome(this.conductOf(endpoint, entity, now), now, this.#random);
    }
    record(endpoint, entity, source, at, outcome) {
        this.ledger.record(endpoint.name, entity, source, at, outcome);
        this.minutes.record(endpoint.name, entity.name, at, outcome.status, outcome.latencyMs);
    }
    /** Chooses by the live split. */
    choose(endpoint) {
        const { active } = endpoint;
        if (endpoint.stopped)
            return { why: 'the endpoint is stopped' };
        if (active === null || !isReady(endpoint))
            return { why: 'the endpoint is not ready' };
        let draw = this.#random() * 100;
        for (const route of active.routes) {
            draw -= route.traffic;
            if (draw >= 0)
                continue;
            const entity = active.entities.find((candidate) => candidate.name === route.entity);
            if (entity?.deployment === 'DEPLOYMENT_READY')
                return { entity };
            return { why: `the route to '${route.entity}' leads to no ready entity` };
        }
        return { why: 'the routes do not add up to 100' };
    }
    #flow(from, to) {
        for (const callers of this.#callers) {
            const perMs = callers.plan.requestsPerSecond / 1000;
            if (callers.next < from)
                callers.next = from;
            while (callers.next < to) {
                this.#call(callers.plan.endpoint, callers.next);
                callers.next += exponential(this.#random, perMs);
            }
        }
    }
    #call(name, at) {
        const endpoint = this.#endpoints.find(name);
        if (endpoint === undefined)
            return;
        if (endpoint.active === null)
            return;
        const chosen = this.choose(endpoint);
        if ('why' in chosen)
            this.ledger.recordUnserved(name, at, chosen.why);
        else
            this.record(endpoint, chosen.entity, 'caller', at, this.draw(endpoint, chosen.entity, at));
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/validation.js

const validation_NAME = /^[A-Za-z0-9_-]{1,63}$/;
const SIZES = ['Small', 'Medium', 'Large'];
const validation_TYPES = [
    'CPU',
    'CPU_MEDIUM',
    'CPU_LARGE',
    'GPU_SMALL',
    'GPU_MEDIUM',
    'GPU_LARGE',
    'GPU_XLARGE',
    'GPU_XLARGE_8',
    'MULTIGPU_MEDIUM',
    'GPU_MEDIUM_8',
];
const OUTPUT_ONLY = [
    'state',
    'creator',
    'creation_timestamp',
    'foundation_model',
    'type',
    'min_dbus',
    'max_dbus',
    'id',
];
/** Refuses names that an endpoint cannot have. */
function checkEndpointName(name) {
    if (!validation_NAME.test(name)) {
        throw failure_invalid(`Endpoint name '${name}' must be 1 to 63 letters, digits, hyphens or underscores.`);
    }
    if (name.startsWith('databricks-'))
        throw failure_invalid(`Endpoint name '${name}' uses the reserved prefix 'databricks-'.`);
}
/** The name that the service gives: last part of the model's name and the version, which is not what its documents say. */
function defaultName(entityName, version) {
    return `${entityName.split('.').at(-1) ?? entityName}-${version}`;
}
function checkSizing(fields, rules) {
    const size = fields.optionalText('workload_size');
    const least = fields.optionalInteger('min_provisioned_concurrency');
    const most = fields.optionalInteger('max_provisioned_concurrency');
    if (size !== undefined && (least !== undefined || most !== undefined)) {
        throw failure_invalid('workload_size and min/max_provisioned_concurrency cannot be specified together.');
    }
    if (size !== undefined && ![...SIZES, ...rules.customSizes].includes(size)) {
        throw failure_invalid(`Invalid workload size '${size}'. Supported sizes: ${[...SIZES, ...rules.customSizes].join(', ')}.`);
    }
    if (least === undefined && most === undefined)
        return { workload_size: size ?? 'Small' };
    if (least === undefined || most === undefined) {
        throw failure_invalid('min_provisioned_concurrency and max_provisioned_concurrency must be specified together.');
    }
    if (least < 0 || most < 1 || least > most)
        throw failure_invalid(`Invalid provisioned concurrency ${least} to ${most}.`);
    const computed = most <= 4 ? 'Small' : most <= 16 ? 'Medium' : 'Large';
    return { min_provisioned_concurrency: least, max_provisioned_concurrency: most, workload_size: computed };
}
function settingsOf(fields, rules) {
    const type = fields.optionalText('workload_type') ?? 'CPU';
    if (!validation_TYPES.includes(type))
        throw failure_invalid(`Invalid workload type '${type}'. Supported types: ${validation_TYPES.join(', ')}.`);
    const scaleToZero = fields.optionalFlag('scale_to_zero_enabled');
    if (scaleToZero === undefined)
        rules.complain('scale_to_zero_enabled left out: its default is not confirmed.');
    const environment = fields.textMap('environment_vars');
    const profile = fields.optionalText('instance_profile_arn');
    fields.optionalFlag('burst_scaling_enabled');
    return {
        ...checkSizing(fields, rules),
        workload_type: type,
        ...(scaleToZero === true ? { scale_to_zero_enabled: true } : {}),
        ...(Object.keys(environment).length > 0 ? { environment_vars: environment } : {}),
        ...(profile === undefined ? {} : { instance_profile_arn: profile }),
    };
}
function checkVersion(model, version, rules, loaders) {
    if (!/^[1-9]\d*$/.test(version))
        throw failure_invalid(`Invalid model version '${version}' of '${model}'.`);
    const status = rules.versionStatus(model, version);
    if (status === null)
        throw missing(`Registered model '${model}' version ${version} does not exist.`);
    if (status !== 'READY')
        throw failure_invalid(`Model version ${version} of '${model}' is in status ${status}; only READY versions can be served.`);
    rules.checkLoadable(model, loaders);
}
/** External models keep their settings but never give back plain-text keys. */
function externalEntity(fields, external) {
    for (const key of ['entity_name', 'entity_version', 'workload_size', 'workload_type', 'scale_to_zero_enabled']) {
        if (fields.has(key))
            throw failure_invalid(`external_model and ${key} cannot be specified together.`);
    }
    const kept = JSON.stringify(external, (key, value) => (key.endsWith('_plaintext') ? undefined : value));
    const shown = JSON.parse(kept);
    const name = fields.optionalText('name') ?? String(external.name ?? 'external');
    return { name, entityName: '', entityVersion: '', settings: { external_model: shown } };
}
function entityOf(fields, legacy, rules, loaders) {
    for (const key of OUTPUT_ONLY)
        if (fields.has(key))
            rules.complain(`Output-only field '${key}' sent in a served entity.`);
    const external = fields.optionalObject('external_model');
    if (external !== undefined)
        return externalEntity(fields, external);
    const entityName = fields.text(legacy ? 'model_name' : 'entity_name');
    const entityVersion = fields.text(legacy ? 'model_version' : 'entity_version');
    checkVersion(entityName, entityVersion, rules, loaders);
    const name = fields.optionalText('name');
    if (name === undefined || name === '')
        rules.complain(`Served entity of ${entityName} ${entityVersion} sent without a name.`);
    return {
        name: name === undefined || name === '' ? defaultName(entityName, entityVersion) : name,
        entityName: entityName.includes('.') ? entityName.toLowerCase() : entityName,
        entityVersion,
        settings: settingsOf(fields, rules),
    };
}
function checkTogether(entities, rules) {
    const list = 'served_models';
    if (entities.length > rules.maxEntities)
        throw failure_invalid(`${list} cannot contain more than ${rules.maxEntities} elements`);
    const names = new Set();
    const versions = new Set();
    for (const entity of entities) {
        if (!validation_NAME.test(entity.name))
            throw failure_invalid(`Served entity name '${entity.name}' must be 1 to 63 letters, digits, hyphens or underscores.`);
        if (names.has(entity.name))
            throw failure_invalid(`Served entity names must be unique, '${entity.name}' is given twice.`);
        names.add(entity.name);
        const version = `${entity.entityName} version ${entity.entityVersion}`;
        if (entity.entityName !== '' && versions.has(version)) {
            throw new ApiFailure('BAD_REQUEST', `Cannot create 2+ served entities with the same model and version: ${version}.`);
        }
        versions.add(version);
    }
    const externals = entities.filter((entity) => entity.entityName === '').length;
    if (externals > 0 && externals < entities.length)
        throw failure_invalid('External models cannot be served beside other models.');
}
function routeOf(fields) {
    const entity = fields.optionalText('served_entity_name') ?? fields.optionalText('served_model_name');
    if (entity === undefined)
        throw failure_invalid('A route must name a served entity (served_entity_name).');
    const traffic = fields.integer('traffic_percentage');
    if (traffic < 0 || traffic > 100)
        throw failure_invalid(`traffic_percentage of '${entity}' must be between 0 and 100, got ${traffic}.`);
    return { entity, traffic };
}
/** Routes of a body, checked against the entities; one entity alone gets everything when no routes are given. */
function routesOf(traffic, entities) {
    const [first] = entities;
    if (traffic === undefined) {
        if (first !== undefined && entities.length === 1)
            return [{ entity: first.name, traffic: 100 }];
        throw failure_invalid('traffic_config is required when more than one entity is served.');
    }
    const routes = traffic.objects('routes').map(routeOf);
    const names = routes.map((route) => route.entity);
    const unknown = names.find((name) => !entities.some((entity) => entity.name === name));
    if (unknown !== undefined)
        throw failure_invalid(`Route names '${unknown}', which is not a served entity of this endpoint.`);
    if (new Set(names).size !== names.length)
        throw failure_invalid('A served entity has more than one route.');
    const unrouted = entities.find((entity) => !names.includes(entity.name));
    if (unrouted !== undefined)
        throw failure_invalid(`Served entity '${unrouted.name}' has no route in traffic_config.`);
    const sum = routes.reduce((total, route) => total + route.traffic, 0);
    if (sum !== 100)
        throw failure_invalid(`The traffic percentages of all routes must add up to 100, got ${sum}.`);
    return routes;
}
/** Entities of a body by either of their two names; `undefined` when the body gives none. */
function entitiesOf(body, rules, loaders) {
    const legacy = !body.has('served_entities');
    if (legacy && !body.has('served_models'))
        return undefined;
    if (!legacy && body.has('served_models'))
        rules.complain('Both served_entities and served_models sent.');
    const entities = body
        .objects(legacy ? 'served_models' : 'served_entities')
        .map((fields) => entityOf(fields, legacy, rules, loaders));
    if (entities.length === 0)
        throw failure_invalid('At least one served entity must be given.');
    checkTogether(entities, rules);
    return entities;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/endpoints.js




/** All serving endpoints, and what can be asked of them whatever the transport. */
class Endpoints {
    #byName = new Map();
    #simulation;
    #random;
    #updates;
    #rules;
    #habits;
    constructor(simulation, random, updates, rules, habits) {
        this.#simulation = simulation;
        this.#random = random;
        this.#updates = updates;
        this.#rules = rules;
        this.#habits = habits;
    }
    all() {
        return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    find(name) {
        return this.#byName.get(name);
    }
    get(name) {
        const endpoint = this.find(name);
        if (endpoint === undefined)
            throw missing(`Endpoint with name '${name}' does not exist.`);
        return endpoint;
    }
    byId(id) {
        return [...this.#byName.values()].find((endpoint) => endpoint.id === id);
    }
    /** Creates from a request body; the first configuration, where given, starts to come up at once. */
    create(body, by) {
        const name = body.text('name');
        checkEndpointName(name);
        if (this.find(name) !== undefined) {
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Endpoint with name '${name}' already exists.`);
        }
        if (this.#byName.size >= this.#habits.maxEndpoints) {
            throw new ApiFailure('RESOURCE_EXHAUSTED', `The workspace has reached its limit of ${this.#habits.maxEndpoints} endpoints.`, 429);
        }
        const config = body.optionalObject('config');
        const requested = config === undefined ? null : this.configOf(new Fields(config, 'config'), null, by);
        const endpoint = this.#blank(name, body, by);
        this.#byName.set(name, endpoint);
        if (requested !== null)
            this.#updates.begin(endpoint, requested, by);
        return endpoint;
    }
    #blank(name, body, by) {
        const now = this.#simulation.now;
        const tags = body
            .objects('tags')
            .map((tag) => [tag.text('key'), tag.optionalText('value') ?? '']);
        return {
            name,
            id: hex(this.#random, 32),
            creator: by,
            createdAt: now,
            updatedAt: now,
            description: body.optionalText('description') ?? '',
            routeOptimized: body.optionalFlag('route_optimized') ?? false,
            budgetPolicyId: body.optionalText('budget_policy_id') ?? '',
            tags: new Map(tags),
            aiGateway: body.optionalObject('ai_gateway'),
            emailNotifications: body.optionalObject('email_notifications'),
            rateLimits: body.list('rate_limits'),
            active: null,
            pending: null,
            update: 'NOT_UPDATING',
            stopped: false,
            lastConfigVersion: 0,
            updates: 0,
            events: [],
        };
    }
    /** A configuration from a request body, validated whole; `endpoint` is the one that it is for, if it exists. */
    configOf(body, endpoint, by) {
        const loaders = endpoint === null ? [by] : [by, endpoint.creator];
        const entities = entitiesOf(body, this.#rules, loaders) ?? this.#servedNow(body, endpoint);
        const traffic = body.optionalObject('traffic_config');
        const routes = routesOf(traffic === undefined ? undefined : new Fields(traffic, 'traffic_config'), entities);
        return { entities, routes, autoCapture: body.optionalObject('auto_capture_config') };
    }
    #servedNow(body, endpoint) {
        const active = endpoint?.active ?? null;
        if (this.#habits.trafficOnlyBody === 'refuse' || active === null || !body.has('traffic_config')) {
            throw new ApiFailure('INVALID_PARAMETER_VALUE', 'served_entities must be given.');
        }
        this.#rules.complain('A configuration was sent without served_entities: what it does is not confirmed.');
        return active.entities;
    }
    update(endpoint, body, by) {
        if (endpoint.stopped)
            throw new ApiFailure('INVALID_STATE', `Endpoint '${endpoint.name}' is stopped.`);
        this.#updates.begin(endpoint, this.configOf(body, endpoint, by), by);
    }
    remove(endpoint) {
        this.#byName.delete(endpoint.name);
        endpoint.pending = null;
    }
    /** Takes the endpoint out of service and back; a running update is cancelled by a stop. */
    setStopped(endpoint, stopped) {
        if (stopped)
            this.#updates.cancel(endpoint);
        endpoint.stopped = stopped;
        endpoint.updatedAt = this.#simulation.now;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/scripting.js


/** The director's side of serving: what tests arrange and what befalls the endpoints. */
class ServingScripting {
    #endpoints;
    #updates;
    #stale;
    #simulation;
    #administrator;
    #triggers = [];
    constructor(endpoints, updates, stale, simulation, administrator) {
        this.#endpoints = endpoints;
        this.#updates = updates;
        this.#stale = stale;
        this.#simulation = simulation;
        this.#administrator = administrator;
    }
    /** Durations of updates, server ms; may be changed at any time for the updates to come. */
    get times() {
        return this.#updates.times;
    }
    /** Puts an endpoint in place that is READY at once. */
    place(placed) {
        const body = new Fields({
            ...placed.settings,
            name: placed.name,
            tags: Object.entries(placed.tags ?? {}).map(([key, value]) => ({ key, value })),
        });
        const creator = placed.creator ?? this.#administrator;
        const endpoint = this.#endpoints.create(body, creator);
        const entities = placed.entities.map((entity) => ({
            workload_size: 'Small',
            scale_to_zero_enabled: false,
            ...entity.settings,
            name: entity.name,
            entity_name: entity.model,
            entity_version: String(entity.version),
        }));
        const routes = placed.entities.map((entity) => ({
            served_entity_name: entity.name,
            traffic_percentage: entity.traffic,
        }));
        const config = new Fields({ served_entities: entities.map(withoutSizeConflict), traffic_config: { routes } });
        this.#updates.force(endpoint, this.#endpoints.configOf(config, null, creator), creator);
        return endpoint;
    }
    /** Lets an update end otherwise than well. */
    script(script) {
        this.#updates.scripts.add(script);
    }
    /** The first `reads` reads after every update still show what was before. */
    staleReads(reads, endpoint) {
        this.#stale.afterUpdates(reads, endpoint);
    }
    /** Ends a running update as UPDATE_CANCELED. */
    cancelUpdate(endpoint) {
        this.#simulation.settle();
        this.#updates.cancel(this.#endpoints.get(endpoint));
    }
    /** Changes the deployment state of an entity that serves. */
    setDeployment(endpoint, name, deployment, message = '') {
        this.#simulation.settle();
        const entity = this.#endpoints.get(endpoint).active?.entities.find((candidate) => candidate.name === name);
        if (entity === undefined)
            throw new Error(`No entity '${name}' serves on '${endpoint}'.`);
        entity.deployment = deployment;
        entity.message = message;
    }
    /** Lets `action` happen at a moment. */
    when(moment, action) {
        const { at, afterMs, whenTraffic } = moment;
        if (whenTraffic !== undefined) {
            const { endpoint, entity, atLeast } = whenTraffic;
            this.#triggers.push({ holds: () => this.#traffic(endpoint, entity) >= atLeast, run: action });
            return;
        }
        this.#simulation.schedule(at ?? this.#simulation.now + (afterMs ?? 0), action);
    }
    #traffic(endpoint, entity) {
        const found = this.#endpoints.find(endpoint);
        return found === undefined ? -1 : liveTraffic(found, entity);
    }
    /** To be called after every applied update. */
    applied() {
        for (const trigger of [...this.#triggers]) {
            if (!trigger.holds())
                continue;
            this.#triggers.splice(this.#triggers.indexOf(trigger), 1);
            trigger.run();
        }
    }
    /** Somebody else edits the endpoint, now or at a moment. */
    foreignWrite(write, moment = {}) {
        if (Object.keys(moment).length === 0)
            this.#write(write);
        else
            this.when(moment, () => this.#write(write));
    }
    #write(write) {
        this.#simulation.settle();
        const endpoint = this.#endpoints.get(write.endpoint);
        for (const [key, value] of Object.entries(write.tags ?? {}))
            endpoint.tags.set(key, value);
        if (write.routes === undefined)
            return;
        const requested = this.#requested(endpoint, write.routes);
        const by = write.by ?? 'somebody.else@example.com';
        if (write.mode === 'update')
            this.#updates.begin(endpoint, requested, by);
        else
            this.#updates.force(endpoint, requested, by);
    }
    #requested(endpoint, shares) {
        const entities = (endpoint.active?.entities ?? []).filter((entity) => shares[entity.name] !== undefined);
        const routes = entities.map((entity) => ({ entity: entity.name, traffic: shares[entity.name] ?? 0 }));
        return { entities, routes, autoCapture: undefined };
    }
}
/** A size of our own making gives way to a concurrency that was asked for. */
function withoutSizeConflict(entity) {
    if (entity.min_provisioned_concurrency === undefined)
        return entity;
    const { workload_size: _size, ...rest } = entity;
    return rest;
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/stale-reads.js
/** Scripted lag of reads: after an update was accepted, the next reads still show the endpoint as it was before. */
class StaleReads {
    #habit = null;
    #remembered = new Map();
    /** From now on the first `reads` reads after every update are stale; for one endpoint or for all. 0 ends it. */
    afterUpdates(reads, endpoint) {
        this.#habit = { endpoint, reads };
    }
    updated(endpoint, before) {
        const habit = this.#habit;
        if (habit === null || habit.reads === 0)
            return;
        if (habit.endpoint !== undefined && habit.endpoint !== endpoint)
            return;
        this.#remembered.set(endpoint, { view: before, left: habit.reads });
    }
    /** The old view while reads lag, `null` otherwise. */
    read(endpoint) {
        const remembered = this.#remembered.get(endpoint);
        if (remembered === undefined || remembered.left === 0)
            return null;
        remembered.left -= 1;
        return remembered.view;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/scripts.js
function scripts_fits(script, subject) {
    if (script.endpoint !== undefined && script.endpoint !== subject.endpoint)
        return false;
    if (script.update !== undefined && script.update !== subject.update)
        return false;
    if (script.entityVersion === undefined && script.entityName === undefined)
        return true;
    return subject.entities.some((entity) => entityFits(script, entity));
}
/** Whether the entity is one that the script speaks of. */
function entityFits(script, entity) {
    if (script.entityName !== undefined && script.entityName !== entity.entityName)
        return false;
    return script.entityVersion === undefined || script.entityVersion === entity.entityVersion;
}
/** Scripted endings of updates. The first that fits is used up by one. */
class UpdateScripts {
    #armed = [];
    add(script) {
        this.#armed.push({ script, left: script.times ?? 1 });
    }
    take(subject) {
        const armed = this.#armed.find((candidate) => candidate.left > 0 && scripts_fits(candidate.script, subject));
        if (armed === undefined)
            return null;
        armed.left -= 1;
        return armed.script;
    }
    clear() {
        this.#armed.length = 0;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/updates.js


function sameSettings(a, b) {
    return (a.name === b.name &&
        a.entityName === b.entityName &&
        a.entityVersion === b.entityVersion &&
        JSON.stringify(Object.entries(a.settings).sort()) === JSON.stringify(Object.entries(b.settings).sort()));
}
/** The update state machine of serving endpoints: one update at a time, the old configuration serves until the end. */
class EndpointUpdates {
    scripts = new UpdateScripts();
    times;
    #simulation;
    #habits;
    #observer;
    constructor(simulation, times, habits, observer) {
        this.#simulation = simulation;
        this.times = times;
        this.#habits = habits;
        this.#observer = observer;
    }
    /** Accepts an update, or refuses it with 409 while another one runs. */
    begin(endpoint, requested, by) {
        if (endpoint.update === 'IN_PROGRESS') {
            throw new ApiFailure('RESOURCE_CONFLICT', 'Endpoint served entities are currently being updated');
        }
        const now = this.#simulation.now;
        endpoint.lastConfigVersion += 1;
        endpoint.updates += 1;
        const next = this.#next(endpoint, requested, by, now);
        const script = this.scripts.take({ endpoint: endpoint.name, update: endpoint.updates, entities: next.entities });
        endpoint.pending = next;
        endpoint.update = 'IN_PROGRESS';
        endpoint.updatedAt = now;
        this.#note(endpoint, 'UPDATE', 'IN_PROGRESS', `Update to configuration version ${next.version} started by ${by}.`);
        this.#observer.accepted(endpoint, next);
        if (script?.outcome === 'never-finishes')
            return;
        const usual = this.#isNew(next) ? this.times.provisionMs : this.times.trafficMs;
        this.#simulation.schedule(now + (script?.durationMs ?? usual), () => this.#end(endpoint, next, script));
    }
    #next(endpoint, requested, by, now) {
        const entities = requested.entities.map((entity) => {
            const serving = endpoint.active?.entities.find((candidate) => sameSettings(entity, candidate));
            if (serving !== undefined)
                return serving;
            return {
                ...entity,
                creator: by,
                createdAt: now,
                deployment: 'DEPLOYMENT_CREATING',
                message: 'Creating',
                readyAt: null,
            };
        });
        const autoCapture = requested.autoCapture ?? endpoint.active?.autoCapture;
        return { version: endpoint.lastConfigVersion, entities, routes: requested.routes, autoCapture, startedAt: now };
    }
    #isNew(config) {
        return config.entities.some((entity) => entity.deployment === 'DEPLOYMENT_CREATING');
    }
    /** Nothing happens when the update was ended by something else in the meantime. */
    #end(endpoint, next, script) {
        if (endpoint.pending !== next || endpoint.update !== 'IN_PROGRESS')
            return;
        const message = script?.message;
        if (script?.outcome === 'deployment-failed')
            this.#failDeployment(endpoint, next, script);
        else if (script?.outcome === 'failed-shift')
            this.#settle(endpoint, next, 'UPDATE_FAILED', message ?? 'The update could not be applied.');
        else if (script?.outcome === 'cancelled')
            this.#settle(endpoint, next, 'UPDATE_CANCELED', message ?? 'The update was canceled.');
        else if (script?.outcome === 'silent-revert')
            this.#settle(endpoint, null, 'NOT_UPDATING', '');
        else
            this.#apply(endpoint, next);
    }
    #failDeployment(endpoint, next, script) {
        const fresh = next.entities.filter((entity) => entity.deployment === 'DEPLOYMENT_CREATING');
        const failing = fresh.find((entity) => entityFits(script, entity)) ?? fresh[0];
        for (const entity of fresh) {
            const failed = entity === failing;
            entity.deployment = failed ? 'DEPLOYMENT_FAILED' : 'DEPLOYMENT_ABORTED';
            entity.message = failed
                ? (script.message ?? 'Model server failed to load the model. Please see service logs for more information.')
                : 'Served entity creation aborted because the endpoint update failed.';
        }
        this.#settle(endpoint, next, 'UPDATE_FAILED', failing?.message ?? 'Deployment failed.');
    }
    #settle(endpoint, pending, update, message) {
        for (const entity of pending?.entities ?? []) {
            if (entity.deployment === 'DEPLOYMENT_CREATING')
                entity.deployment = 'DEPLOYMENT_ABORTED';
        }
        endpoint.update = update;
        const keeps = pending !== null && (this.#habits.keepFailedPending || endpoint.active === null);
        endpoint.pending = keeps ? pending : null;
        endpoint.updatedAt = this.#simulation.now;
        this.#note(endpoint, 'UPDATE', update, message);
    }
    #apply(endpoint, next) {
        for (const entity of next.entities) {
            entity.deployment = 'DEPLOYMENT_READY';
            entity.message = '';
            entity.readyAt ??= this.#simulation.now;
        }
        const before = endpoint.active;
        endpoint.active = next;
        endpoint.pending = null;
        endpoint.update = 'NOT_UPDATING';
        endpoint.updatedAt = this.#simulation.now;
        this.#note(endpoint, 'UPDATE', 'SUCCESS', `Configuration version ${next.version} is live.`);
        this.#observer.applied(endpoint, before);
    }
    /** Applies a configuration at once, past the state machine: what a foreign writer did unseen. */
    force(endpoint, requested, by) {
        endpoint.lastConfigVersion += 1;
        this.#apply(endpoint, this.#next(endpoint, requested, by, this.#simulation.now));
    }
    /** Ends a running update as if a person had cancelled it. */
    cancel(endpoint) {
        if (endpoint.update !== 'IN_PROGRESS')
            return;
        this.#settle(endpoint, endpoint.pending, 'UPDATE_CANCELED', 'The update was canceled.');
    }
    #note(endpoint, type, status, message) {
        endpoint.events.unshift({ type, status, message, at: this.#simulation.now });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/serving/assembly.js









const LEVELS = ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'];
/** Everything that has to do with serving, put together: endpoints, callers, invocations, metrics and their watch. */
class Serving {
    endpoints;
    scripting;
    traffic;
    metrics;
    invariants;
    /** What a careful client would not have sent although real servers may take it. */
    complaints = [];
    #needs;
    #access;
    #stale = new StaleReads();
    constructor(needs) {
        this.#needs = needs;
        const { simulation, random, options, permissions } = needs;
        const times = {
            provisionMs: options.updateTimes?.provisionMs ?? 120_000,
            trafficMs: options.updateTimes?.trafficMs ?? 30_000,
        };
        const observer = {
            accepted: (endpoint, next) => this.invariants.accepted(endpoint, next, simulation.now),
            applied: (endpoint) => this.#applied(endpoint),
        };
        const updates = new EndpointUpdates(simulation, times, { keepFailedPending: options.keepFailedPending ?? true }, observer);
        const habits = { maxEndpoints: options.maxEndpoints ?? 1000, trafficOnlyBody: options.trafficOnlyBody ?? 'accept' };
        this.endpoints = new Endpoints(simulation, random, updates, this.#rules(), habits);
        this.traffic = new Traffic(this.endpoints, simulation, random);
        this.invariants = new Invariants(this.traffic.ledger, () => this.endpoints.all());
        this.scripting = new ServingScripting(this.endpoints, updates, this.#stale, simulation, needs.administrator);
        const owner = (id) => this.endpoints.byId(id)?.creator ?? null;
        permissions.protect({ type: 'serving-endpoints', objectType: 'serving-endpoint', levels: LEVELS, owner });
        this.#access = {
            level: (identity, endpoint) => LEVELS.find((level) => level === permissions.level('serving-endpoints', endpoint.id, identity)) ?? null,
        };
        this.metrics = new MetricsExport(this.endpoints, this.traffic.minutes, this.#access, options.metrics ?? {});
    }
    #rules() {
        const { options, registryOf, checkLoadable } = this.#needs;
        return {
            versionStatus: (model, version) => registryOf(model).findVersion(model, Number(version))?.status ?? null,
            checkLoadable,
            maxEntities: options.maxEntities ?? 15,
            customSizes: options.customSizes ?? [],
            complain: (message) => this.complaints.push(message),
        };
    }
    #applied(endpoint) {
        const { now } = this.#needs.simulation;
        if (endpoint.active !== null)
            this.traffic.applied(endpoint, endpoint.active, now);
        this.metrics.applied(endpoint, now);
        this.scripting.applied();
        this.invariants.check(now);
    }
    register(router) {
        const { options, simulation } = this.#needs;
        const settings = { oldStateName: options.oldStateName ?? false };
        this.metrics.register(router);
        new EndpointRoutes(this.endpoints, this.#access, this.#stale, settings).register(router);
        const habits = { notReadyStatus: options.notReadyStatus ?? 404 };
        new Invocations(this.endpoints, this.traffic, this.#access, simulation, habits).register(router);
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/time/clock.js
/**
 * The server's clock. All durations that the sandbox is given (update times, token lifetimes, traffic rates, moments of
 * scripted events) are in server time; only network delay and model latency are real milliseconds, because clients
 * measure them with their own clock.
 */
class ServerClock {
    speed;
    #anchorReal;
    #anchorServer;
    /**
     * @param speed server milliseconds per real millisecond; 60 makes a server minute last one real second, 0 stops
     *   the clock so that only `advance` moves it.
     * @param startAt epoch ms of the server at the start; this may be far from the real time to simulate skew.
     */
    constructor(speed, startAt) {
        this.speed = speed;
        this.#anchorReal = performance.now();
        this.#anchorServer = startAt;
    }
    /** Epoch ms, whole. */
    now() {
        return Math.floor(this.#anchorServer + (performance.now() - this.#anchorReal) * this.speed);
    }
    /** Jumps forward by `ms` of server time; a clock never goes back. */
    advance(ms) {
        if (!(ms >= 0))
            throw new RangeError(`A clock does not go back: ${ms} ms.`);
        this.#anchorServer += ms;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/time/simulation.js
/**
 * Discrete-event simulation on the server's clock: everything that is due happens in the order of server time, and
 * what flows between two events (simulated callers) sees exactly the state of that span, however late real time is.
 */
class Simulation {
    #clock;
    #appointments = [];
    #observers = [];
    #settledAt;
    #order = 0;
    #settling = false;
    constructor(clock) {
        this.#clock = clock;
        this.#settledAt = clock.now();
    }
    /** Server time up to which everything has happened; inside an event, the event's own time. */
    get now() {
        return this.#settling ? this.#settledAt : this.#clock.now();
    }
    onSpan(observer) {
        this.#observers.push(observer);
    }
    /** Runs `run` at server time `at`; a moment that has passed is taken at the next settlement. */
    schedule(at, run) {
        this.#order += 1;
        const appointment = { at, order: this.#order, run };
        const index = this.#appointments.findIndex((other) => other.at > at);
        if (index < 0)
            this.#appointments.push(appointment);
        else
            this.#appointments.splice(index, 0, appointment);
    }
    /** Lets everything happen that is due by the clock. */
    settle() {
        if (this.#settling)
            return;
        this.#settling = true;
        try {
            this.#settleTo(this.#clock.now());
        }
        finally {
            this.#settling = false;
        }
    }
    #settleTo(end) {
        for (;;) {
            const next = this.#appointments[0];
            if (next === undefined || next.at > end)
                break;
            this.#appointments.shift();
            this.#flowTo(next.at);
            next.run(this.#settledAt);
        }
        this.#flowTo(end);
    }
    #flowTo(to) {
        const from = this.#settledAt;
        if (to <= from)
            return;
        for (const observer of this.#observers)
            observer(from, to);
        this.#settledAt = to;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/artifacts.js
/** Files under artifact addresses. Folders exist only through the files in them. */
class ArtifactStore {
    #files = new Map();
    /** `root` is the artifact address of a run or a logged model. */
    put(root, path, content) {
        this.#files.set(`${root}/${path}`, Buffer.from(content));
    }
    get(root, path) {
        return this.#files.get(`${root}/${path}`);
    }
    remove(root, path) {
        this.#files.delete(`${root}/${path}`);
    }
    /** What lies directly in a folder, folders first come as they are met, each once. */
    list(root, folder) {
        const base = folder === '' ? `${root}/` : `${root}/${folder}/`;
        const rows = new Map();
        for (const [address, content] of this.#files) {
            if (!address.startsWith(base))
                continue;
            const [name = '', ...deeper] = address.slice(base.length).split('/');
            const path = folder === '' ? name : `${folder}/${name}`;
            const isDirectory = deeper.length > 0;
            rows.set(path, { path, isDirectory, size: isDirectory ? 0 : content.length });
        }
        return [...rows.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/tracking/store.js



/** Experiments, runs and logged models of the tracking server. */
class TrackingStore {
    artifacts = new ArtifactStore();
    experiments = new Map();
    runs = new Map();
    loggedModels = new Map();
    #random;
    #root;
    /** @param root scheme and path under which artifact addresses lie, such as `dbfs:/databricks/mlflow-tracking`. */
    constructor(random, root) {
        this.#random = random;
        this.#root = root;
    }
    createExperiment(name, owner, now) {
        if (name === '')
            throw failure_invalid("Missing value for required parameter 'name'.");
        if ([...this.experiments.values()].some((experiment) => experiment.name === name)) {
            throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Experiment '${name}' already exists.`, 400);
        }
        const id = String(1000 + this.experiments.size);
        const experiment = {
            id,
            name,
            owner,
            artifactLocation: `${this.#root}/${id}`,
            lifecycle: 'active',
            tags: new Map(),
            createdAt: now,
            updatedAt: now,
        };
        this.experiments.set(id, experiment);
        return experiment;
    }
    experiment(id) {
        const experiment = this.experiments.get(id);
        if (experiment === undefined)
            throw missing(`Could not find experiment with ID ${id}`);
        return experiment;
    }
    experimentByName(name) {
        return [...this.experiments.values()].find((experiment) => experiment.name === name);
    }
    createRun(input, now) {
        const experiment = this.experiment(input.experimentId);
        const id = hex(this.#random, 32);
        const run = {
            id,
            experimentId: experiment.id,
            name: input.name ?? `run-${id.slice(0, 6)}`,
            userId: input.userId ?? '',
            status: input.status ?? 'RUNNING',
            startTime: input.startTime ?? now,
            endTime: input.endTime ?? null,
            lifecycle: 'active',
            artifactUri: `${experiment.artifactLocation}/${id}/artifacts`,
            metrics: [],
            params: new Map(),
            tags: new Map(input.name === undefined ? [] : [['mlflow.runName', input.name]]),
            datasets: [],
            modelOutputs: [],
        };
        this.runs.set(id, run);
        return run;
    }
    run(id) {
        const run = this.runs.get(id);
        if (run === undefined)
            throw missing(`Run with id=${id} not found`);
        return run;
    }
    /** A run that may be written to; a deleted one is refused with 400. */
    writableRun(id) {
        const run = this.run(id);
        if (run.lifecycle === 'deleted')
            throw failure_invalid(`The run ${id} must be in the 'active' state. Current state is deleted.`);
        return run;
    }
    /** A point with a model id is also the logged model's, whose table cannot hold NaN and keeps 0 instead. */
    logMetric(run, point) {
        run.metrics.push({ ...point, runId: run.id });
        const model = point.modelId === undefined ? undefined : this.loggedModels.get(point.modelId);
        model?.metrics.push({ ...point, runId: run.id, value: Number.isNaN(point.value) ? 0 : point.value });
    }
    createLoggedModel(input, now) {
        const experiment = this.experiment(input.experimentId);
        const id = input.id ?? `m-${hex(this.#random, 32)}`;
        const model = {
            id,
            experimentId: experiment.id,
            name: input.name,
            status: input.status ?? 'LOGGED_MODEL_PENDING',
            modelType: input.modelType ?? '',
            sourceRunId: input.sourceRunId ?? '',
            artifactUri: `${experiment.artifactLocation}/models/${id}/artifacts`,
            metrics: [],
            params: new Map(),
            tags: new Map(),
            createdAt: now,
            updatedAt: now,
        };
        this.loggedModels.set(id, model);
        this.runs.get(model.sourceRunId)?.modelOutputs.push({ modelId: id, step: 0 });
        return model;
    }
    loggedModel(id) {
        const model = this.loggedModels.get(id);
        if (model === undefined)
            throw missing(`Logged model with ID ${id} not found.`);
        return model;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/workspace/index.js


















const MAIN = {
    userName: 'a1b2c3d4-0000-4000-8000-00000000c0de',
    displayName: 'model-promotion',
    kind: 'service-principal',
    clientSecret: 'dose0123456789abcdef0123456789abcdef',
    admin: true,
};
const METASTORE = '11111111-2222-4333-8444-555555555555';
/** The two registries, the tracking server and who is known; no behaviour yet. */
function storesFor(options, random) {
    const credentials = new Credentials(random);
    const main = options.identity ?? MAIN;
    const { token } = credentials.add(main);
    for (const identity of options.identities ?? [])
        credentials.add(identity);
    const workspaceId = options.workspaceId ?? '7474645572615955';
    const plain = options.kind === 'mlflow';
    const unityCatalog = new ModelStore(random, { foldsCase: true, noun: 'Registered model', workspaceId });
    const registry = new ModelStore(random, { foldsCase: false, noun: 'Registered Model', workspaceId });
    const registryOf = (model) => (!plain && model.split('.').length === 3 ? unityCatalog : registry);
    const tracking = new TrackingStore(random, plain ? 'mlflow-artifacts:' : 'dbfs:/databricks/mlflow-tracking');
    return { credentials, main, token, workspaceId, unityCatalog, registry, registryOf, tracking };
}
function assemble(options) {
    const random = seeded(options.seed ?? 1);
    const clock = new ServerClock(options.speed ?? 60, options.startAt ?? Date.now());
    const simulation = new Simulation(clock);
    const permissions = new Permissions();
    const stores = storesFor(options, random);
    const { unityCatalog: models, registryOf, credentials, workspaceId, tracking } = stores;
    const administrator = stores.main.userName;
    const shared = { options, simulation, random, permissions, workspaceId, metastoreId: METASTORE };
    const platform = new Platform({ ...shared, models });
    const { securables } = platform;
    const checkLoadable = (model, loaders) => {
        if (registryOf(model) === models)
            checkLoaders(securables, credentials, model.toLowerCase(), loaders);
    };
    const serving = new Serving({ ...shared, registryOf, administrator, checkLoadable });
    const seed = new Seeding(registryOf, tracking, clock, random, administrator, (model, now) => {
        if (registryOf(model) === models)
            securables.ensureParents(model, administrator, now);
    });
    return { ...stores, ...shared, access: modelAccess(securables), platform, serving, clock, seed };
}
function serverFor(parts, faults, log) {
    const { options, credentials, simulation, serving, main } = parts;
    const router = new router_Router();
    const plain = options.kind === 'mlflow';
    if (plain)
        registerMlflow(router, parts);
    else
        registerDatabricks(router, parts);
    const own = credentials.identity(main.userName);
    return new WorkspaceServer({
        router,
        faults,
        log,
        simulation,
        authenticate: (authorization) => plain ? mlflowCaller(own, options.mlflowAuth, authorization) : credentials.authenticate(authorization),
        roundTripMs: options.roundTripMs ?? 0,
        unknownPaths: plain ? 'html' : 'json',
        headers: plain ? {} : { 'x-databricks-org-id': parts.workspaceId },
        afterRequest: () => serving.invariants.check(simulation.now),
    });
}
/** Address and credentials, the stores to look into and the strings to pull. */
function handles(parts) {
    const { clock, serving, main } = parts;
    return {
        token: parts.token,
        clientId: main.userName,
        clientSecret: main.clientSecret ?? '',
        clock,
        credentials: parts.credentials,
        permissions: parts.permissions,
        seed: parts.seed,
        tracking: parts.tracking,
        unityCatalog: parts.unityCatalog,
        registry: parts.registry,
        endpoints: serving.endpoints,
        serving: serving.scripting,
        traffic: serving.traffic,
        metrics: serving.metrics,
        platform: parts.platform,
        invariants: serving.invariants,
        complaints: serving.complaints,
    };
}
/**
 * Starts a sandbox on 127.0.0.1. Durations given to it are server time; latencies, delays of answers and lives of
 * tokens are real time, because clients measure them with their own clock.
 */
async function startWorkspace(options = {}) {
    const parts = assemble(options);
    const { clock, simulation } = parts;
    const requests = new request_log_RequestLog();
    const faults = new Faults();
    const server = serverFor(parts, faults, requests);
    const url = await server.listen(options.port ?? 0);
    const tickMs = options.tickMs ?? 10;
    const ticker = tickMs > 0 ? setInterval(() => simulation.settle(), tickMs).unref() : undefined;
    return {
        url,
        ...handles(parts),
        requests,
        faults,
        settle: () => simulation.settle(),
        advance: (serverMs) => {
            clock.advance(serverMs);
            simulation.settle();
        },
        stop: async () => {
            clearInterval(ticker);
            await server.close();
        },
    };
}

;// CONCATENATED MODULE: ./build/sandbox/stage.js



/** Names that every scene uses. */
const MODEL = 'main.vision.digits';
const ENDPOINT = 'digits';
const REPOSITORY = 'acme/vision';
const PULL_REQUEST = 7;
const HEAD_SHA = 'a11ce5eed00000000000000000000000000000a1';
const MERGE_SHA = 'b0b5eed0000000000000000000000000000000b2';
/** A configuration with bakes of seconds, for a workspace whose minutes last a second. */
const CONFIGURATION = `deployment:
  model:
    name: ${MODEL}
  endpoint:
    name: ${ENDPOINT}
  ci_cd:
    metrics_threshold:
      accuracy: 0.9
      f1: { min: 0.88, max_regression: 0.01 }
      val_loss: { max: 0.35 }
  rollout:
    steps: [5, 25, 50, 100]
    bake: 2s
    final_bake: 2s
    promote_alias: champion
    previous_alias: previous-champion
  monitoring:
    interval: 250ms
    alerts:
      - { metric: error_rate, threshold: 0.02 }
      - { metric: latency, threshold: 250 }
`;
/** Metrics that pass the gate of \`CONFIGURATION\`. */
const GOOD_METRICS = { accuracy: 0.964, f1: 0.951, val_loss: 0.12 };
const EXAMPLE = {
    dataframe_split: {
        columns: ['p0', 'p1', 'p2'],
        data: [
            [0, 5, 13],
            [0, 0, 12],
        ],
    },
};
const SIGNATURE = {
    inputs: ['p0', 'p1', 'p2'].map((name) => ({ type: 'double', name, required: true })),
    outputs: [{ type: 'long', required: true }],
};
/** The embedded workspace, GitHub and a repository, ready for runs of the shipped bundle. */
class Stage {
    workspace;
    github;
    options;
    #runs = [];
    constructor(workspace, github, options) {
        this.workspace = workspace;
        this.github = github;
        this.options = options;
    }
    static async open(options) {
        const workspace = await startWorkspace({
            speed: 60,
            seed: 11,
            updateTimes: { provisionMs: 40_000, trafficMs: 20_000 },
            metrics: { entityLabel: 'served_entity_name' },
            ...options.workspace,
        });
        const github = await startGitHub({ repository: REPOSITORY, ...options.github });
        github.seed.pull({ number: PULL_REQUEST, headSha: HEAD_SHA, mergeCommitSha: MERGE_SHA, title: 'A better model' });
        return new Stage(workspace, github, options);
    }
    /** Registers a version as training would have left it. Returns its number. */
    version(metrics = GOOD_METRICS, more = {}) {
        const seeded = this.workspace.seed.version({
            model: MODEL,
            metrics,
            commit: HEAD_SHA,
            signature: SIGNATURE,
            example: EXAMPLE,
            ...more,
        });
        return seeded.version;
    }
    /** Puts the endpoint in place with one version at 100 %, and callers that never rest. */
    serve(version, requestsPerSecond = 20) {
        this.workspace.serving.place({
            name: ENDPOINT,
            entities: [{ name: `digits-${version}`, model: MODEL, version, traffic: 100 }],
        });
        if (requestsPerSecond > 0)
            this.workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond });
    }
    /** Runs the bundle as a step of a workflow. */
    async run(options = {}) {
        const result = await runAction({
            entry: this.options.entry,
            ...(this.options.node === undefined ? {} : { node: this.options.node }),
            repository: REPOSITORY,
            github: this.github,
            secrets: { DATABRICKS_TOKEN: this.workspace.token },
            ...options,
            inputs: { 'databricks-host': this.workspace.url, 'databricks-token': this.workspace.token, ...options.inputs },
            files: { 'config/deployment_config.yaml': CONFIGURATION, ...options.files },
        });
        this.#runs.push(result);
        return result;
    }
    onPullRequest(options = {}) {
        const event = pullRequestEvent({ repository: REPOSITORY, sha: MERGE_SHA, number: PULL_REQUEST, headSha: HEAD_SHA });
        const ref = `refs/pull/${PULL_REQUEST}/merge`;
        return this.run({ eventName: 'pull_request', event, sha: MERGE_SHA, ref, ...options });
    }
    onMerge(options = {}) {
        const event = pushEvent({ repository: REPOSITORY, sha: MERGE_SHA });
        return this.run({ eventName: 'push', event, sha: MERGE_SHA, ref: 'refs/heads/main', ...options });
    }
    byHand(inputs, options = {}) {
        return this.run({
            eventName: 'workflow_dispatch',
            event: {},
            sha: MERGE_SHA,
            ref: 'refs/heads/main',
            ...options,
            inputs,
        });
    }
    /** Traffic by version of the promoted model, in percent; 0 % entities included. */
    split() {
        const active = this.workspace.endpoints.find(ENDPOINT)?.active;
        return Object.fromEntries((active?.entities ?? []).map((entity) => [
            entity.entityVersion,
            active?.routes.find((route) => route.entity === entity.name)?.traffic ?? 0,
        ]));
    }
    /** Bodies of the comments that the Action wrote on the pull request. */
    comments() {
        return this.github.state.comments
            .filter((comment) => comment.issue === PULL_REQUEST)
            .map((comment) => comment.body);
    }
    /** Stops everything and removes the temporary folders. */
    async close(options = {}) {
        if (options.keepRuns !== true)
            for (const run of this.#runs)
                run.dispose();
        await this.workspace.stop();
        await this.github.close({ verify: false });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/demo/screen.js
const COLOURED = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
function paint(code, text) {
    return COLOURED ? `\u001b[${code}m${text}\u001b[0m` : text;
}
/** The title of a scene, with what is about to be seen. */
function showScene(number, title, story) {
    console.log(`\n${paint('1;36', `━━ Scene ${number}: ${title} `.padEnd(100, '━'))}`);
    console.log(paint('2', story));
    console.log('');
}
/** One line of the job's log, as the runner would show it. */
function showLine(line) {
    if (line.kind === 'debug' || line.kind === 'command' || line.kind === 'endgroup' || line.text.trim() === '')
        return;
    if (line.kind === 'group')
        console.log(`  ${paint('1', `▸ ${line.text}`)}`);
    else if (line.kind === 'error')
        console.log(`  ${paint('31', `✗ ${line.text}`)}`);
    else if (line.kind === 'warning')
        console.log(`  ${paint('33', `! ${line.text}`)}`);
    else if (line.kind === 'notice')
        console.log(`  ${paint('32', `✓ ${line.text}`)}`);
    else
        console.log(`    ${line.text}`);
}
/** What a scene came to. */
function showEnd(text) {
    console.log(`\n  ${paint('1;32', '⇒')} ${paint('1', text)}`);
}
function showText(text) {
    console.log(text);
}

;// CONCATENATED MODULE: ./build/sandbox/demo/scenes.js





/** Callers per second of server time. */
const CALLERS_PER_SECOND = 25;
const HEALTHY = { errorRate: 0.002, latencyMs: { median: 28, sigma: 0.35 } };
const CLOCK = 'The clock of this workspace runs sixty times as fast as ours, so that what is marked as server time lasts a minute for each second that you wait.';
/**
 * Plays the four scenes with the shipped bundle on the embedded workspace. Returns the exit code: 0 when every scene ended
 * as it should.
 */
async function playScenes(entry) {
    const stage = await Stage.open({ entry, node: process.execPath });
    try {
        const first = stage.version({ accuracy: 0.931, f1: 0.917, val_loss: 0.21 });
        stage.workspace.traffic.behave(MODEL, first, HEALTHY);
        stage.serve(first, CALLERS_PER_SECOND);
        showText(CLOCK);
        showText(`An endpoint "${ENDPOINT}" serves version ${first} of ${MODEL} to ${CALLERS_PER_SECOND} callers a second.`);
        const ends = [await missed(stage), await passed(stage), await scenes_merged(stage), await bad(stage)];
        stage.workspace.traffic.ledger.assertNoUnserved();
        return ends.every(Boolean) ? 0 : 1;
    }
    finally {
        await stage.close();
    }
}
async function missed(stage) {
    showScene(1, 'a pull request whose model misses a threshold', 'The gate says why, in the comment, and changes nothing.');
    const version = stage.version({ accuracy: 0.871, f1: 0.912, val_loss: 0.29 });
    stage.workspace.traffic.behave(MODEL, version, HEALTHY);
    const run = await stage.onPullRequest({ onLine: showLine });
    return ended(run, 'rejected');
}
async function passed(stage) {
    showScene(2, 'a pull request whose model passes', 'The same comment is updated in place.');
    const version = stage.version(GOOD_METRICS);
    stage.workspace.traffic.behave(MODEL, version, { ...HEALTHY, latencyMs: { median: 24, sigma: 0.35 } });
    const run = await stage.onPullRequest({ onLine: showLine });
    return ended(run, 'passed');
}
async function scenes_merged(stage) {
    showScene(3, 'the merge', 'The version is added at 0 %, tested there, and gets its traffic step by step.');
    const run = await stage.onMerge({ onLine: showLine });
    return ended(run, 'promoted');
}
async function bad(stage) {
    showScene(4, 'good on paper, bad under traffic', 'Its metrics are the best so far. One request in four fails once callers reach it.');
    const version = stage.version({ accuracy: 0.973, f1: 0.966, val_loss: 0.09 });
    stage.workspace.traffic.behave(MODEL, version, { ...HEALTHY, after: [{ trafficAbove: 0, errorRate: 0.25 }] });
    const run = await stage.onMerge({ onLine: showLine });
    const isTakenBack = ended(run, 'rolled-back');
    const seen = exposureOf(stage, version);
    const counted = exposureInReport(run);
    showEnd(`Ledger of the workspace: ${seen.requests} callers' requests reached the bad version until the way back was in force, ${seen.errors} of them failed; the last came ${seen.seconds.toFixed(0)} s after the first (server time).`);
    showEnd(`Comment: ${counted.requests} requests and ${counted.errors} errors, which are those of the minutes that the endpoint had exported whole by then.`);
    showText(`\n${'─'.repeat(100)}\nThe comment on the pull request, as GitHub stores it:\n`);
    showText(stage.comments()[0] ?? '(none)');
    showText(`\nReport: ${keepReport(run)}`);
    return isTakenBack;
}
function ended(run, decision) {
    const isAsItShould = run.outputs.decision === decision;
    showEnd(`decision ${run.outputs.decision}, reason ${run.outputs['reason-code']}${isAsItShould ? '' : ` (expected ${decision})`}`);
    return isAsItShould;
}
/** What callers saw of one version, from the workspace's own ledger and not from the Action's report. */
function exposureOf(stage, version) {
    const seen = stage.workspace.traffic.ledger.tally({ model: MODEL, version, source: 'caller' });
    return { ...seen, seconds: ((seen.lastAt ?? 0) - (seen.firstAt ?? 0)) / 1000 };
}
/** What the Action itself could count, as the comment says it. */
function exposureInReport(run) {
    const { rollback } = JSON.parse(run.outputs.result ?? '{}').rollout ?? {};
    return { requests: String(rollback?.requests_exposed ?? 'no'), errors: String(rollback?.errors_exposed ?? 'no') };
}
/** The runner's temporary folder goes; the report stays for a look. */
function keepReport(run) {
    const folder = (0,external_node_path_.join)((0,external_node_os_namespaceObject.tmpdir)(), 'model-promotion-demo');
    (0,external_node_fs_.mkdirSync)(folder, { recursive: true });
    const kept = (0,external_node_path_.join)(folder, 'report.html');
    (0,external_node_fs_.copyFileSync)(run.outputs['report-html'] ?? '', kept);
    return kept;
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(5845);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
