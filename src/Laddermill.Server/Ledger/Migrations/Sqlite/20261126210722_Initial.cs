using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Laddermill.Server.Ledger.Migrations.Sqlite
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
                        .Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    pipeline = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    other_key = table.Column<string>(type: "TEXT", nullable: true),
                    received = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_until = table.Column<long>(type: "INTEGER", nullable: false),
                    trace = table.Column<string>(type: "TEXT", nullable: true),
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
                    job = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    server = table.Column<string>(type: "TEXT", nullable: false),
                    run = table.Column<string>(type: "TEXT", nullable: true),
                    started = table.Column<long>(type: "INTEGER", nullable: false),
                    ended = table.Column<long>(type: "INTEGER", nullable: true),
                    exit_code = table.Column<int>(type: "INTEGER", nullable: true),
                    outcome = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    log = table.Column<string>(type: "TEXT", nullable: true),
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
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    webhook = table.Column<string>(type: "TEXT", nullable: false),
                    job = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    created = table.Column<long>(type: "INTEGER", nullable: false),
                    due = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    ended = table.Column<long>(type: "INTEGER", nullable: true),
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
                    hour = table.Column<long>(type: "INTEGER", nullable: false),
                    pipeline = table.Column<string>(type: "TEXT", nullable: false),
                    server = table.Column<string>(type: "TEXT", nullable: false),
                    published = table.Column<int>(type: "INTEGER", nullable: false),
                    film_seconds = table.Column<double>(type: "REAL", nullable: false),
                    encode_seconds = table.Column<double>(type: "REAL", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    processor_seconds = table.Column<double>(type: "REAL", nullable: false),
                    memory_seconds = table.Column<double>(type: "REAL", nullable: false),
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
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    job = table.Column<string>(type: "TEXT", nullable: false),
                    created = table.Column<long>(type: "INTEGER", nullable: false),
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
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    pipeline = table.Column<string>(type: "TEXT", nullable: false),
                    source = table.Column<string>(type: "TEXT", nullable: false),
                    source_key = table.Column<string>(type: "TEXT", nullable: true),
                    source_version = table.Column<string>(type: "TEXT", nullable: true),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    destination = table.Column<string>(type: "TEXT", nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    max_attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    created = table.Column<long>(type: "INTEGER", nullable: false),
                    queued = table.Column<long>(type: "INTEGER", nullable: false),
                    due = table.Column<long>(type: "INTEGER", nullable: true),
                    started = table.Column<long>(type: "INTEGER", nullable: true),
                    ended = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    losses = table.Column<int>(type: "INTEGER", nullable: false),
                    server = table.Column<string>(type: "TEXT", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    run = table.Column<string>(type: "TEXT", nullable: true),
                    cancel_requested = table.Column<bool>(type: "INTEGER", nullable: false),
                    progress = table.Column<string>(type: "TEXT", nullable: true),
                    result = table.Column<string>(type: "TEXT", nullable: true),
                    code = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    revision = table.Column<string>(type: "TEXT", nullable: true),
                    trace = table.Column<string>(type: "TEXT", nullable: true),
                    changed = table.Column<long>(type: "INTEGER", nullable: false),
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
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    created = table.Column<long>(type: "INTEGER", nullable: false),
                    last_used = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked = table.Column<long>(type: "INTEGER", nullable: true),
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
                    pipeline = table.Column<string>(type: "TEXT", nullable: false),
                    began = table.Column<long>(type: "INTEGER", nullable: false),
                    ended = table.Column<long>(type: "INTEGER", nullable: false),
                    looked = table.Column<int>(type: "INTEGER", nullable: false),
                    found = table.Column<int>(type: "INTEGER", nullable: false),
                    problem = table.Column<string>(type: "TEXT", nullable: true),
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
                name: "jobs_search",
                table: "jobs",
                columns: new[] { "created", "id", "name", "source", "state", "pipeline" }
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
