using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Laddermill.Server.Ledger.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "announcements",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    other_key = table.Column<string>(type: "text", nullable: true),
                    received = table.Column<long>(type: "bigint", nullable: false),
                    taken_until = table.Column<long>(type: "bigint", nullable: false),
                    trace = table.Column<string>(type: "text", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_announcements", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    job = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    server = table.Column<string>(type: "text", nullable: false),
                    run = table.Column<string>(type: "text", nullable: true),
                    started = table.Column<long>(type: "bigint", nullable: false),
                    ended = table.Column<long>(type: "bigint", nullable: true),
                    exit_code = table.Column<int>(type: "integer", nullable: true),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    log = table.Column<string>(type: "text", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.job, x.number });
                }
            );

            migrationBuilder.CreateTable(
                name: "deliveries",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    webhook = table.Column<string>(type: "text", nullable: false),
                    job = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    due = table.Column<long>(type: "bigint", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    ended = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "hours",
                columns: table => new
                {
                    hour = table.Column<long>(type: "bigint", nullable: false),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    server = table.Column<string>(type: "text", nullable: false),
                    published = table.Column<int>(type: "integer", nullable: false),
                    film_seconds = table.Column<double>(type: "double precision", nullable: false),
                    encode_seconds = table.Column<double>(
                        type: "double precision",
                        nullable: false
                    ),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    processor_seconds = table.Column<double>(
                        type: "double precision",
                        nullable: false
                    ),
                    memory_seconds = table.Column<double>(
                        type: "double precision",
                        nullable: false
                    ),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_hours",
                        x => new
                        {
                            x.hour,
                            x.pipeline,
                            x.server,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "idempotency",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    request = table.Column<string>(type: "text", nullable: false),
                    job = table.Column<string>(type: "text", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency", x => x.key);
                }
            );

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    source_key = table.Column<string>(type: "text", nullable: true),
                    source_version = table.Column<string>(type: "text", nullable: true),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    destination = table.Column<string>(type: "text", nullable: false),
                    document = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    max_attempts = table.Column<int>(type: "integer", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    queued = table.Column<long>(type: "bigint", nullable: false),
                    due = table.Column<long>(type: "bigint", nullable: true),
                    started = table.Column<long>(type: "bigint", nullable: true),
                    ended = table.Column<long>(type: "bigint", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    losses = table.Column<int>(type: "integer", nullable: false),
                    server = table.Column<string>(type: "text", nullable: true),
                    lease_until = table.Column<long>(type: "bigint", nullable: true),
                    run = table.Column<string>(type: "text", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    progress = table.Column<string>(type: "text", nullable: true),
                    result = table.Column<string>(type: "text", nullable: true),
                    code = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    revision = table.Column<string>(type: "text", nullable: true),
                    trace = table.Column<string>(type: "text", nullable: true),
                    changed = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "keys",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false),
                    scopes = table.Column<string>(type: "text", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    last_used = table.Column<long>(type: "bigint", nullable: true),
                    revoked = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_keys", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "reconciliations",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    began = table.Column<long>(type: "bigint", nullable: false),
                    ended = table.Column<long>(type: "bigint", nullable: false),
                    looked = table.Column<int>(type: "integer", nullable: false),
                    found = table.Column<int>(type: "integer", nullable: false),
                    problem = table.Column<string>(type: "text", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reconciliations", x => x.pipeline);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_announcements_pipeline_key",
                table: "announcements",
                columns: new[] { "pipeline", "key" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_announcements_taken_until",
                table: "announcements",
                column: "taken_until"
            );

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_due",
                table: "deliveries",
                column: "due",
                filter: "due IS NOT NULL"
            );

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_job",
                table: "deliveries",
                column: "job"
            );

            migrationBuilder.CreateIndex(name: "jobs_changed", table: "jobs", column: "changed");

            migrationBuilder.CreateIndex(
                name: "jobs_counts",
                table: "jobs",
                columns: new[] { "pipeline", "state", "created", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_created",
                table: "jobs",
                columns: new[] { "created", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_due",
                table: "jobs",
                column: "due",
                filter: "state = 0 AND due IS NOT NULL"
            );

            migrationBuilder.CreateIndex(
                name: "jobs_ended",
                table: "jobs",
                columns: new[] { "ended", "state" }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_ready",
                table: "jobs",
                columns: new[] { "pipeline", "priority", "queued", "id" },
                descending: new[] { false, true, false, false },
                filter: "state = 0 AND due IS NULL"
            );

            migrationBuilder.CreateIndex(
                name: "jobs_running",
                table: "jobs",
                column: "lease_until",
                filter: "state = 1"
            );

            migrationBuilder.CreateIndex(
                name: "jobs_source",
                table: "jobs",
                columns: new[] { "pipeline", "source_key" }
            );

            migrationBuilder.CreateIndex(
                name: "jobs_state",
                table: "jobs",
                columns: new[] { "state", "created", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_keys_hash",
                table: "keys",
                column: "hash",
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "announcements");

            migrationBuilder.DropTable(name: "attempts");

            migrationBuilder.DropTable(name: "deliveries");

            migrationBuilder.DropTable(name: "hours");

            migrationBuilder.DropTable(name: "idempotency");

            migrationBuilder.DropTable(name: "jobs");

            migrationBuilder.DropTable(name: "keys");

            migrationBuilder.DropTable(name: "reconciliations");
        }
    }
}
