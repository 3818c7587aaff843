// Reads deploy/oci as Terraform would, as far as that goes without the provider: syntax, required arguments of each resource, references that lead somewhere.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";

/** Required arguments by the documentation of the provider oracle/oci 8.28; `a.b` is an argument of a block. */
const required = {
  oci_artifacts_container_repository: ["compartment_id", "display_name"],
  oci_core_route_table: ["compartment_id", "vcn_id", "route_rules.network_entity_id"],
  oci_core_security_list: ["compartment_id", "vcn_id", "egress_security_rules.destination", "egress_security_rules.protocol"],
  oci_core_service_gateway: ["compartment_id", "vcn_id", "services.service_id"],
  oci_core_subnet: ["compartment_id", "vcn_id", "cidr_block"],
  oci_core_vcn: ["compartment_id", "cidr_blocks"],
  oci_events_rule: ["compartment_id", "display_name", "is_enabled", "condition", "actions.actions.action_type", "actions.actions.is_enabled"],
  oci_functions_application: ["compartment_id", "display_name", "subnet_ids"],
  oci_functions_function: ["application_id", "display_name", "memory_in_mbs", "image"],
  oci_identity_dynamic_group: ["compartment_id", "name", "description", "matching_rule"],
  oci_identity_policy: ["compartment_id", "name", "description", "statements"],
  oci_logging_log: [
    "display_name",
    "log_group_id",
    "log_type",
    "configuration.source.category",
    "configuration.source.resource",
    "configuration.source.service",
    "configuration.source.source_type",
  ],
  oci_logging_log_group: ["compartment_id", "display_name"],
  oci_objectstorage_bucket: ["compartment_id", "name", "namespace"],
  oci_objectstorage_object_lifecycle_policy: ["namespace", "bucket", "rules.action", "rules.is_enabled", "rules.name", "rules.time_amount", "rules.time_unit"],
  oci_resource_scheduler_schedule: ["action", "compartment_id", "recurrence_details", "recurrence_type"],
};

const folder = process.argv[2];
const names = readdirSync(folder).filter((name) => name.endsWith(".tf"));
const text = names.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
const problems = [];
const found = new Set();
const all = { resource: {}, data: {}, variable: {}, locals: {} };

for (const name of names) {
  const file = await parse(name, readFileSync(join(folder, name), "utf8"));
  for (const kind of ["resource", "data"]) {
    for (const [type, ones] of Object.entries(file[kind] ?? {})) {
      all[kind][type] = { ...all[kind][type], ...ones };
    }
  }
  Object.assign(all.variable, file.variable);
  for (const block of file.locals ?? []) Object.assign(all.locals, block);
}

const has = (value, path) => {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => has(one, path));
  if (path.length === 0) return value !== undefined && value !== null;
  return value?.[path[0]] !== undefined && has(value[path[0]], path.slice(1));
};
for (const [type, ones] of Object.entries(all.resource)) {
  if (!required[type]) problems.push(`${type} is not in the table of required arguments`);
  for (const [name, [body]] of Object.entries(ones)) {
    found.add(`${type}.${name}`);
    for (const path of required[type] ?? []) {
      if (!has(body, path.split("."))) problems.push(`${type}.${name} lacks ${path}`);
    }
  }
}
for (const [, type, name] of text.matchAll(/(?<!data\.)\b(oci_\w+)\.(\w+)\./g)) {
  if (!all.resource[type]?.[name]) problems.push(`${type}.${name} is used and nowhere made`);
}
for (const [, type, name] of text.matchAll(/\bdata\.(oci_\w+)\.(\w+)\./g)) {
  if (!all.data[type]?.[name]) problems.push(`data.${type}.${name} is used and nowhere asked for`);
}
for (const [, name] of text.matchAll(/\bvar\.(\w+)/g)) {
  if (!all.variable[name]) problems.push(`var.${name} is used and nowhere declared`);
}
for (const [, name] of text.matchAll(/\blocal\.(\w+)/g)) {
  if (!(name in all.locals)) problems.push(`local.${name} is used and nowhere set`);
}

console.log(JSON.stringify({ resources: found.size, problems: [...new Set(problems)], configuration: all.resource.oci_functions_function?.dispatcher?.[0]?.config }));
