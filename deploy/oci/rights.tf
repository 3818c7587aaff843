resource "oci_identity_dynamic_group" "dispatcher" {
  provider       = oci.home
  compartment_id = var.tenancy_ocid
  name           = "${var.name}-dispatcher"
  description    = "The function of Laddermill"
  matching_rule  = "ALL {resource.type = 'fnfunc', resource.compartment.id = '${var.compartment_ocid}'}"
}

resource "oci_identity_dynamic_group" "worker" {
  provider       = oci.home
  compartment_id = var.tenancy_ocid
  name           = "${var.name}-worker"
  description    = "The container instances of Laddermill"
  matching_rule  = "ALL {resource.type = 'computecontainerinstance', resource.compartment.id = '${var.compartment_ocid}'}"
}

locals {
  here       = "in compartment id ${var.compartment_ocid}"
  dispatcher = "Allow dynamic-group ${oci_identity_dynamic_group.dispatcher.name} to"
  worker     = "Allow dynamic-group ${oci_identity_dynamic_group.worker.name} to"
  input      = "target.bucket.name = '${oci_objectstorage_bucket.input.name}'"
  output     = "target.bucket.name = '${oci_objectstorage_bucket.output.name}'"
}

resource "oci_identity_policy" "rights" {
  provider       = oci.home
  compartment_id = var.compartment_ocid
  name           = var.name
  description    = "What the function and the container instances of Laddermill may do"
  statements = [
    # The function looks uploads up, keeps its notes and the last words of workers, and starts and removes instances.
    "${local.dispatcher} read objects ${local.here} where ${local.input}",
    # A pattern cannot hold a slash for certain, so these allow a little more than .laddermill/ and …/worker.log. Lists have no name of an object: where
    # a condition asks for one, they are refused.
    "${local.dispatcher} inspect objects ${local.here} where ${local.output}",
    "${local.dispatcher} manage objects ${local.here} where all {${local.output}, target.object.name = /.laddermill*/}",
    "${local.dispatcher} manage objects ${local.here} where all {${local.output}, target.object.name = /*worker.log/}",
    "${local.dispatcher} read buckets ${local.here}",
    "${local.dispatcher} manage compute-container-family ${local.here}",
    "${local.dispatcher} use virtual-network-family ${local.here}",
    # Workers read uploads and publish streams; their instance pulls its image in their name.
    "${local.worker} read objects ${local.here} where ${local.input}",
    "${local.worker} manage objects ${local.here} where ${local.output}",
    "${local.worker} read buckets ${local.here}",
    "${local.worker} read repos ${local.here}",
    # The schedule calls the function.
    "Allow any-user to manage functions-family ${local.here} where all {request.principal.type = 'resourceschedule', request.principal.id = '${oci_resource_scheduler_schedule.sweep.id}'}",
    # Object Storage itself aborts abandoned uploads.
    "Allow service objectstorage-${var.region} to manage object-family ${local.here}",
  ]
}
