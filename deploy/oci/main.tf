# A whole installation: network, buckets, repositories, function, event rule, schedule, rights, logs. See docs/oracle-cloud.md.
terraform {
  required_version = ">= 1.5"
  required_providers {
    oci = {
      source  = "oracle/oci"
      version = ">= 6.0"
    }
  }
}

provider "oci" {
  region = var.region
}

# Dynamic groups and policies are made in the tenancy's home region, and nowhere else.
provider "oci" {
  alias  = "home"
  region = var.home_region
}

data "oci_objectstorage_namespace" "tenancy" {
  compartment_id = var.tenancy_ocid
}

data "oci_identity_availability_domains" "all" {
  compartment_id = var.tenancy_ocid
}

locals {
  namespace = data.oci_objectstorage_namespace.tenancy.namespace
  domains   = [for domain in data.oci_identity_availability_domains.all.availability_domains : domain.name]
  registry  = "${var.region}.ocir.io/${local.namespace}"
}

resource "oci_artifacts_container_repository" "worker" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}/worker"
  is_public      = false
}

resource "oci_artifacts_container_repository" "dispatcher" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}/dispatcher"
  is_public      = false
}

resource "oci_functions_application" "app" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  subnet_ids     = [oci_core_subnet.private.id]
  shape          = "GENERIC_X86"
}

# Its image must have been pushed before: apply with -target for the two repositories first, push, and apply the rest.
resource "oci_functions_function" "dispatcher" {
  application_id     = oci_functions_application.app.id
  display_name       = "dispatcher"
  image              = "${local.registry}/${oci_artifacts_container_repository.dispatcher.display_name}:${var.image_tag}"
  memory_in_mbs      = 256
  timeout_in_seconds = 120
  config = {
    AVAILABILITY_DOMAIN = join(",", local.domains)
    COMPARTMENT_ID      = var.compartment_ocid
    SHAPE               = var.shape
    CONFIG_SHAPE_OCPUS  = var.ocpus
    CONFIG_SHAPE_MEMORY = var.memory_in_gbs
    IMAGE_URL           = "${local.registry}/${oci_artifacts_container_repository.worker.display_name}:${var.image_tag}"
    INPUT_BUCKET        = oci_objectstorage_bucket.input.name
    OUTPUT_BUCKET       = oci_objectstorage_bucket.output.name
    STREAMING_PROTOCOL  = var.streaming_protocol
    SUBNET_ID           = oci_core_subnet.private.id
  }
}

resource "oci_events_rule" "uploads" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-uploads"
  is_enabled     = true
  condition = jsonencode({
    eventType = ["com.oraclecloud.objectstorage.createobject", "com.oraclecloud.objectstorage.updateobject"]
    data      = { additionalDetails = { bucketName = [oci_objectstorage_bucket.input.name] } }
  })
  actions {
    actions {
      action_type = "FAAS"
      is_enabled  = true
      function_id = oci_functions_function.dispatcher.id
    }
  }
}

# The sweep: a call of the function every hour. To a function, START_RESOURCE is a call.
resource "oci_resource_scheduler_schedule" "sweep" {
  compartment_id     = var.compartment_ocid
  display_name       = "${var.name}-sweep"
  description        = "Starts what was missed or found no room, and removes container instances that ended"
  action             = "START_RESOURCE"
  recurrence_type    = "CRON"
  recurrence_details = "17 * * * *"
  resources {
    id = oci_functions_function.dispatcher.id
  }
}

resource "oci_logging_log_group" "logs" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
}

resource "oci_logging_log" "invocations" {
  display_name = "${var.name}-invocations"
  log_group_id = oci_logging_log_group.logs.id
  log_type     = "SERVICE"
  configuration {
    source {
      category    = "invoke"
      resource    = oci_functions_application.app.id
      service     = "functions"
      source_type = "OCISERVICE"
    }
  }
}

output "input_bucket" {
  value = oci_objectstorage_bucket.input.name
}

output "output_bucket" {
  value = oci_objectstorage_bucket.output.name
}

output "image_prefix" {
  description = "What to tag and push images as: PREFIX/worker and PREFIX/dispatcher."
  value       = "${local.registry}/${var.name}"
}
