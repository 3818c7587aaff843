// Sends a server requests that are made up from its own OpenAPI document, right ones and wrong ones, and holds every answer to that document: its status,
// its type, its body. Nothing may be answered with a server error but what the document's own words allow (a store or a tool that fails).
//
// usage: node fuzz.mjs ADDRESS RUNS SEED
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';

const [address, runs, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const document = await (await fetch(`${address}/openapi/v1.json`)).json();
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
for (const [format, least, most] of [['int32', -(2 ** 31), 2 ** 31 - 1], ['int64', -(2 ** 63), 2 ** 63]]) {
    ajv.addFormat(format, { type: 'number', validate: number => Number.isInteger(number) && number >= least && number <= most });
}
ajv.addFormat('double', { type: 'number', validate: Number.isFinite });
ajv.addSchema(document, 'api');

const methods = ['get', 'post', 'put', 'patch', 'delete'];
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.filter(method => item[method]).map(method => ({ path, method, ...item[method], at: `api#/paths/${escape(path)}/${method}` })));

// What answers for ever is only begun; what would close the door behind us is left to other tests.
const streaming = new Set(['followJobs']);

const hostile = fc.constantFrom('', ' ', '..', '../..', '/etc/passwd', 'file:///etc/passwd', 's3://foreign/film.mp4', 'http://127.0.0.1:1/x', '%00',
    '%2e%2e%2f', '\u0000', '\ud800', '\u202e', "' OR 1=1--", '${jndi:ldap://127.0.0.1}', '<script>', 'null', 'a'.repeat(5000), 'film.mp4', 'films', 'default');
const text = fc.oneof(hostile, fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const anything = fc.jsonValue({ maxDepth: 3 });

/** Values for a schema: mostly right ones. */
function valueOf(schema, depth = 0) {
    if (schema?.$ref) {
        return valueOf(resolve(schema.$ref), depth);
    }
    if (!schema || depth > 6) {
        return anything;
    }
    if (schema.enum) {
        return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...schema.enum) }, { weight: 1, arbitrary: text });
    }
    const alternatives = schema.oneOf ?? schema.anyOf;
    if (alternatives) {
        return fc.oneof(...alternatives.map(each => valueOf(each, depth)));
    }
    const kinds = [schema.type ?? []].flat();
    return kinds.length === 0 ? anything : fc.oneof(...kinds.map(kind => ofKind(kind, schema, depth)));
}

function ofKind(kind, schema, depth) {
    switch (kind) {
        case 'null':
            return fc.constant(null);
        case 'boolean':
            return fc.boolean();
        case 'integer':
            return fc.oneof(fc.integer({ min: schema.minimum ?? -200, max: schema.maximum ?? 200 }), fc.integer(), fc.maxSafeInteger());
        case 'number':
            return fc.double();
        case 'string':
            return schema.format === 'date-time'
                ? fc.oneof(fc.date({ noInvalidDate: true }).map(date => date.toISOString()), text)
                : text;
        case 'array':
            return fc.array(fc.oneof(valueOf(schema.items, depth + 1), text), { maxLength: 4 });
        default: {
            const properties = Object.entries(schema.properties ?? {});
            const required = schema.required ?? [];
            return properties.length === 0
                ? fc.dictionary(fc.string(), anything, { maxKeys: 4 })
                : fc.record(Object.fromEntries(properties.map(([name, each]) => [name, valueOf(each, depth + 1)])), { requiredKeys: required });
        }
    }
}

function resolve(reference) {
    return reference.slice(2).split('/').reduce((at, part) => at[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

function escape(part) {
    return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** One request to one operation; now and then a value is of the wrong kind. */
function requestOf(operation) {
    const parameters = (operation.parameters ?? []).map(each => (each.$ref ? resolve(each.$ref) : each));
    const body = operation.requestBody?.content?.['application/json']?.schema ?? (operation.requestBody ? {} : undefined);
    return fc.record({
        parameters: fc.tuple(...parameters.map(each =>
            fc.option(fc.oneof({ weight: 4, arbitrary: valueOf(each.schema) }, { weight: 1, arbitrary: text }), { freq: each.required ? 1000 : 2, nil: undefined })
                .map(value => ({ name: each.name, in: each.in, value: value ?? (each.required ? 'x' : undefined) })))),
        body: body === undefined ? fc.constant(undefined) : fc.oneof({ weight: 8, arbitrary: valueOf(body) }, { weight: 1, arbitrary: anything }),
        type: fc.oneof({ weight: 12, arbitrary: fc.constant('application/json') }, { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/xml') }),
        isCut: fc.integer({ min: 0, max: 19 }).map(number => number === 0),
    });
}

function build(operation, request) {
    let path = operation.path;
    const query = new URLSearchParams();
    const headers = {};
    for (const { name, in: where, value } of request.parameters) {
        if (value === undefined) {
            continue;
        }
        const word = String(typeof value === 'object' ? JSON.stringify(value) : value).toWellFormed();
        if (where === 'path') {
            // A dot or nothing is another address, and NUL is refused before any route is looked for.
            path = path.replace(`{${name}}`, encodeURIComponent(['', '.', '..'].includes(word) || word.includes('\0') ? 'x' : word));
        } else if (where === 'query') {
            query.append(name, word);
        } else if (/^[\x20-\x7e]+$/.test(word) && word.trim() === word) {
            headers[name] = word;
        }
    }
    let body;
    if (request.body !== undefined) {
        headers['content-type'] = request.type;
        body = JSON.stringify(request.body);
        body = request.isCut ? body.slice(0, -1) : body;
    }
    return { url: `${address}${path}${query.size > 0 ? `?${query}` : ''}`, init: { method: operation.method.toUpperCase(), headers, body, redirect: 'manual' } };
}

const seen = new Map();
async function check(operation, request) {
    const { url, init } = build(operation, request);
    if (url.length > 7000) {
        return;
    }
    const stop = new AbortController();
    const answer = await fetch(url, { ...init, signal: stop.signal });
    const status = String(answer.status);
    const told = operation.responses[status];
    const context = `${init.method} ${url}\n${init.body ?? ''}\n→ ${status}`;
    if (answer.status >= 500) {
        throw new Error(`${context} ${await answer.text()}: a server error`);
    }
    if (!told) {
        throw new Error(`${context} ${await answer.text()}: ${operation.operationId} does not tell of this status`);
    }
    seen.set(operation.operationId, (seen.get(operation.operationId) ?? new Set()).add(status));
    if (streaming.has(operation.operationId)) {
        stop.abort();
        return;
    }
    const body = await answer.text();
    const types = Object.keys(told.content ?? {});
    const type = (answer.headers.get('content-type') ?? '').split(';')[0];
    if (types.length === 0) {
        if (body.length > 0) {
            throw new Error(`${context} ${body}: there should be no body`);
        }
        return;
    }
    if (!types.includes(type)) {
        throw new Error(`${context} ${body}: the type is ${type} and not ${types}`);
    }
    if (type.endsWith('json')) {
        const validate = ajv.getSchema(`${operation.at}/responses/${status}/content/${escape(type)}/schema`);
        if (!validate(JSON.parse(body))) {
            throw new Error(`${context} ${body}: ${ajv.errorsText(validate.errors)}`);
        }
    }
}

for (const operation of operations) {
    await fc.assert(fc.asyncProperty(requestOf(operation), request => check(operation, request)), { numRuns: runs, seed });
}
const silent = operations.filter(operation => ![...(seen.get(operation.operationId) ?? [])].length);
if (silent.length > 0) {
    throw new Error(`Never answered: ${silent.map(operation => operation.operationId)}`);
}
const total = operations.length * runs;
const statuses = [...seen].map(([id, each]) => `${id}: ${[...each].sort().join(' ')}`);
console.log(`${operations.length} operations, ${total} requests\n${statuses.join('\n')}`);
